import { Admin } from '../ui/admin.tsx'

export default function Page() {
  return <Admin />
}
