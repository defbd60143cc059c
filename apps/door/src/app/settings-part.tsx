import { countInWords } from '@eventpass/domain'
import type { Tone } from '../words/verdict-words.ts'
import { useDoor, useTools } from './tools.tsx'

/** What a person may set on this tablet, and the update that waits. */
export function SettingsPart() {
  const { door, camera, speaker } = useTools()
  const settings = useDoor((state) => state.settings)
  const { lenses, lens } = useDoor((state) => state.camera)
  const tones: readonly (readonly [Tone, string])[] = [
    ['admit', 'Come in'],
    ['refuse', 'Refused'],
    ['attention', 'Attention'],
  ]
  return (
    <section>
      <h2>Settings</h2>
      <Switch
        text="Sun: dark on white"
        on={settings.sun}
        change={(sun) => door.changeSettings({ sun })}
      />
      <Switch
        text="Left hand: buttons on the left"
        on={settings.leftHanded}
        change={(leftHanded) => door.changeSettings({ leftHanded })}
      />
      {lenses.length > 1 && (
        <label className="setting">
          <span>Camera</span>
          <select value={lens ?? ''} onChange={(event) => camera.chooseLens(event.target.value)}>
            {lenses.map((one) => (
              <option key={one.id} value={one.id}>
                {one.label}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="setting setting-tall">
        <span>Hear and feel</span>
        <span className="chips">
          {tones.map(([tone, text]) => (
            <button type="button" key={tone} onClick={() => speaker.play(tone)}>
              {text}
            </button>
          ))}
        </span>
      </div>
      <UpdatePart />
    </section>
  )
}

function UpdatePart() {
  const { applyUpdate } = useTools()
  const update = useDoor((state) => state.update)
  const { pending, role } = useDoor((state) => state.status)
  if (update === 'none') return null
  const scans = countInWords(pending, 'scan is', 'scans are')
  return (
    <div className="setting setting-tall">
      <span>
        <b>A new version waits.</b> It never comes in by itself while the doors are open.{' '}
        {pending > 0 && `Send first: ${scans} pending.`}
        {pending === 0 && role !== 'supervisor' && 'A supervisor’s tablet may update at once.'}
      </span>
      {pending === 0 && role === 'supervisor' && (
        <button
          type="button"
          className="button"
          disabled={update === 'applying'}
          onClick={applyUpdate}
        >
          {update === 'applying' ? 'Updating…' : 'Update now'}
        </button>
      )}
    </div>
  )
}

interface SwitchProps {
  readonly text: string
  readonly on: boolean
  readonly change: (on: boolean) => void
}

function Switch({ text, on, change }: SwitchProps) {
  return (
    <label className="setting">
      <span>{text}</span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        checked={on}
        onChange={(event) => change(event.target.checked)}
      />
    </label>
  )
}
