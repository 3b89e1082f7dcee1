export function NewAccount() {
  return null;
}
export function AccountPage() {
  return null;
}
