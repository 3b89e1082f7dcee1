import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, Refused } from "@/app/client";
import { Logo } from "@/app/Logo";
import { t } from "@/app/words";
import { Note } from "@/kit/Basics";
import { useDoor } from "./door";

/** Only an address of ours. */
function wanted(to: unknown): string {
  return typeof to === "string" && /^\/w\//.test(to) ? to : "/";
}

export function SignIn() {
  const { to } = useSearch({ strict: false }) as { to?: string };
  const door = useDoor();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const act = async (deed: () => Promise<unknown>, next: string) => {
    setBusy(true);
    setProblem("");
    try {
      await deed();
      location.assign(next);
    } catch (error) {
      setProblem(error instanceof Refused ? error.message : t("The server does not answer."));
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void act(() => api.POST("/api/v1/login", { body: { email, password } }), wanted(to));
  };
  return (
    <main className="entry">
      <div className="entry-box stack loose">
        <Logo />
        {door.data?.needs_first_user ? (
          <Note>
            {t("Nobody can sign in yet. The server printed a link when it started; open it to make the first account.")}
          </Note>
        ) : null}
        <form className="stack" onSubmit={submit}>
          <h1>{t("Sign in")}</h1>
          {problem ? <Note tone="failed">{problem}</Note> : null}
          <TextInput
            label={t("Email")}
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(e) => setEmail(e.currentTarget.value)}
          />
          <PasswordInput
            label={t("Password")}
            autoComplete="current-password"
            required
            value={password}
            onChange={(e) => setPassword(e.currentTarget.value)}
          />
          <Button type="submit" loading={isBusy}>
            {t("Sign in")}
          </Button>
        </form>
        {door.data?.demo || door.data?.is_demo_coming ? (
          <div className="stack tight">
            <Button
              variant="default"
              loading={isBusy}
              disabled={!door.data.demo}
              onClick={() => void act(() => api.POST("/api/v1/demo/enter"), "/w/demo/")}
            >
              {door.data.demo ? t("Look around the demo") : t("The demo is being made…")}
            </Button>
            <p className="faint small">
              {t("A plant shop with 2,000 customers. Nothing you do there reaches anybody.")}
            </p>
          </div>
        ) : null}
      </div>
    </main>
  );
}
