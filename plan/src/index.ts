export { isProposalId, type Learning, learn } from './apply-learned.ts'
export { archiveWhenDone } from './archive-plan.ts'
export { failureWords } from './attempt-proof.ts'
export { type Completion, type CompletionMeta, needsPerson } from './complete-step.ts'
export { type Confirmed, confirm } from './confirm.ts'
export { countCommitsSince, readGitState } from './git-state.ts'
export { runsForLearningMin } from './learn-rules.ts'
export type { RuleProposal } from './learned-file.ts'
export type { MemoryHandler, Resumed } from './memory-handler.ts'
export { nextStep, openPhaseBefore } from './next-step.ts'
export { findPlanRoot, type OpenPlan, openPlan, type PlanSettings } from './open-plan.ts'
export {
  findStep,
  type Phase,
  type Plan,
  phaseOf,
  type Run,
  type Step,
  type StepStatus,
  stepsOf,
} from './plan.ts'
export { prove } from './prove.ts'
export { errorsOf, type Report, reportOf, tellingLine } from './report.ts'
export { durationWords, reportMarkdown } from './report-text.ts'
export { ok, type PlanFailure, type PlanFailureKind, type Result, refused } from './result.ts'
export { type PlanRun, probePlan, runPlan, type Stopped } from './run-plan.ts'
export { runStep, type StepOutcome } from './run-step.ts'
export type { RunnerDeps, RunWatcher } from './runner-deps.ts'
export type { Notice } from './settle-notices.ts'
export { failureOfStorage } from './storage-failure.ts'
export { type Verification, verifyPlan } from './verify-plan.ts'
