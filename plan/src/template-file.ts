import { z } from 'zod'
import { type PlanDefinition, type StepDefinition, stepKinds } from './plan.ts'
import { weaknessOfProof } from './proof-weakness.ts'
import { ok, type Result } from './result.ts'
import { parseShaped } from './shaped-file.ts'

/** Proofs that say nothing of their own get this long. */
const timeLimitSecondsDefault = 900

const ProofShape = z.strictObject({
  by: z.enum(['tests', 'check']),
  command: z.string().min(1).max(500),
  min_tests: z.int().min(1).max(10_000).optional(),
})

const StepShape = z
  .strictObject({
    title: z.string().min(1).max(200),
    status: z.literal('pending'),
    kind: z.enum(stepKinds),
    change: z.string().optional(),
    proof: ProofShape.optional(),
    time_limit_seconds: z.int().min(1).max(86_400).optional(),
  })
  .superRefine((step, context) => {
    if (step.kind === 'manual' && step.proof) {
      const message = 'expected no proof: a manual step is decided by a person'
      context.addIssue({ code: 'custom', path: ['proof'], message })
    }
    if (step.kind !== 'manual' && !step.proof) {
      const message = `expected a proof, since the step is ${step.kind}`
      context.addIssue({ code: 'custom', path: ['proof'], message })
    }
    const weakness = step.proof ? weaknessOfProof(step.proof.command) : null
    if (weakness) {
      context.addIssue({ code: 'custom', path: ['proof', 'command'], message: weakness })
    }
  })

const phaseId = z.string().regex(/^\d{1,2}$/)
const stepId = z.string().regex(/^\d{1,2}\.\d{1,4}$/)

const TemplateShape = z
  .strictObject({
    project: z.string().min(1),
    version: z.string().min(1),
    current_phase: z.int().min(0),
    current_step: stepId,
    status: z.literal('in-progress'),
    history: z.array(z.never()),
    phases: z.record(
      phaseId,
      z.strictObject({
        title: z.string().min(1).max(200),
        status: z.enum(['pending', 'in-progress']),
        steps: z.record(stepId, StepShape),
      }),
    ),
  })
  .superRefine((template, context) => {
    for (const [phase, { steps }] of Object.entries(template.phases)) {
      for (const step of Object.keys(steps)) {
        if (step.startsWith(`${phase}.`)) continue
        const message = `expected a step of phase ${phase}, found ${step}`
        context.addIssue({ code: 'custom', path: ['phases', phase, 'steps', step], message })
      }
      if (Object.keys(steps).length === 0) {
        const message = 'expected at least one step'
        context.addIssue({ code: 'custom', path: ['phases', phase, 'steps'], message })
      }
    }
    const first = Object.values(template.phases).flatMap(({ steps }) => Object.keys(steps))[0]
    if (template.current_step !== first || `${template.current_phase}` !== first?.split('.')[0]) {
      const message = `expected the first step, ${first ?? 'of which there is none'}`
      context.addIssue({ code: 'custom', path: ['current_step'], message })
    }
  })

/** Reads `plan-template.json`: every phase and step with what proves it, in the file's order. */
export function parseTemplate(text: string, path: string): Result<PlanDefinition> {
  const parsed = parseShaped(path, text, TemplateShape)
  if (!parsed.ok) return parsed
  const { project, version, phases } = parsed.value
  return ok({
    project,
    version,
    phases: Object.entries(phases).map(([id, phase]) => ({
      id,
      title: phase.title,
      steps: Object.entries(phase.steps).map(([step, shape]) => toDefinition(step, shape)),
    })),
  })
}

function toDefinition(id: string, shape: z.output<typeof StepShape>): StepDefinition {
  return {
    id,
    title: shape.title,
    kind: shape.kind,
    change: shape.change ?? null,
    proof: shape.proof
      ? {
          by: shape.proof.by,
          command: shape.proof.command,
          testsMin: shape.proof.by === 'tests' ? (shape.proof.min_tests ?? 1) : 0,
        }
      : null,
    timeLimitSeconds: shape.time_limit_seconds ?? timeLimitSecondsDefault,
  }
}
