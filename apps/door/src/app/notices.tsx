import { Icon } from './icon.tsx'
import { useDoor } from './tools.tsx'

/** The gate's sentences for staff, most pressing first, and a passing remark below them. */
export function Notices() {
  const notices = useDoor((state) => state.status.notices)
  return (
    <>
      {notices.length > 0 && (
        <ul className="notices" aria-label="Notices">
          {notices.map((notice) => (
            <li key={notice}>
              <Icon name="warn" />
              <span>{notice}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

export function Remark() {
  const remark = useDoor((state) => state.remark)
  return (
    <p className="remark" role="status" data-shown={remark !== null}>
      {remark}
    </p>
  )
}
