export function Logo() {
  return (
    <span className="logo">
      <img src="/icon.svg" alt="" width={22} height={22} />
      Tidings
    </span>
  );
}
