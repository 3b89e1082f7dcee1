import { Button, PasswordInput, Select, TextInput } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, ask, type Place, Refused } from "@/app/client";
import { Logo } from "@/app/Logo";
import { t } from "@/app/words";
import { Bones, Note } from "@/kit/Basics";
import { useDoor } from "./door";

const zones = Intl.supportedValuesOf("timeZone");

/** The first account, and what the workspace must know; then the choice how to begin. */
export function First() {
  const { token = "" } = useParams({ strict: false }) as { token?: string };
  const link = ask.useQuery("get", "/api/v1/first/{token}", { params: { path: { token } } });
  const door = useDoor();
  const [isMade, setMade] = useState(false);
  return (
    <main className="entry">
      <div className="entry-box wide stack loose">
        <Logo />
        {isMade ? (
          <Begin hasDemo={door.data?.demo ?? false} />
        ) : link.isPending ? (
          <Bones lines={5} />
        ) : link.data?.is_good ? (
          <Account token={token} onMade={() => setMade(true)} />
        ) : (
          <Note tone="warn">
            {t("This link has been used, or is older than a day. Start the server again for a new one, or sign in.")}{" "}
            <a href="/sign-in">{t("Sign in")}</a>
          </Note>
        )}
      </div>
    </main>
  );
}

function Account({ token, onMade }: { token: string; onMade: () => void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [zone, setZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [address, setAddress] = useState(location.origin);
  const [places, setPlaces] = useState<Place[]>([]);
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const at = (path: string) => {
    const found = places.find((place) => place.path === path);
    return found ? [found.message, found.hint].filter(Boolean).join(" ") : undefined;
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await api.POST("/api/v1/first", { body: { token, email, password, settings: { zone, public_url: address } } });
      onMade();
    } catch (error) {
      setPlaces(error instanceof Refused ? error.places : []);
      setProblem(error instanceof Refused ? error.message : t("The server does not answer."));
      setBusy(false);
    }
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <div>
        <h1>{t("Welcome. Make your account")}</h1>
        <p className="soft">{t("It owns this installation. Others can be let in later.")}</p>
      </div>
      {problem && !places.length ? <Note tone="failed">{problem}</Note> : null}
      <TextInput
        label={t("Email")}
        type="email"
        autoComplete="username"
        required
        value={email}
        error={at("email")}
        onChange={(e) => setEmail(e.currentTarget.value)}
      />
      <PasswordInput
        label={t("Password")}
        description={t("At least 12 characters; a sentence is good.")}
        autoComplete="new-password"
        required
        value={password}
        error={at("password")}
        onChange={(e) => setPassword(e.currentTarget.value)}
      />
      <Select
        label={t("Time zone of the workspace")}
        description={t("From this browser. Waits, quiet hours and days follow it.")}
        data={zones}
        searchable
        value={zone}
        error={at("settings.zone")}
        onChange={(next) => setZone(next ?? zone)}
      />
      <TextInput
        label={t("Public address")}
        description={t(
          "Where people reach this server: links in messages point to it. It can be changed until something is sent.",
        )}
        type="url"
        value={address}
        error={at("settings.public_url")}
        onChange={(e) => setAddress(e.currentTarget.value)}
      />
      <Button type="submit" loading={isBusy}>
        {t("Make account")}
      </Button>
    </form>
  );
}

function Begin({ hasDemo }: { hasDemo: boolean }) {
  return (
    <div className="stack">
      <h1>{t("How do you want to begin?")}</h1>
      <p className="soft">
        {t(
          "Until a sender is connected every message lands in the sandbox, an inbox that only you see. Nothing leaves by mistake.",
        )}
      </p>
      <a className="choice" href="/w/main/">
        <span className="strong">{t("Start with my own data")}</span>
        <span className="soft small">{t("An empty workspace. Home shows the three steps to a first message.")}</span>
      </a>
      <a className="choice" href="/w/main/channels">
        <span className="strong">{t("Connect a sender first")}</span>
        <span className="soft small">{t("Email, SMS, Telegram and others; each is tested before it is saved.")}</span>
      </a>
      {hasDemo ? (
        <a className="choice" href="/w/demo/">
          <span className="strong">{t("Look around the demo")}</span>
          <span className="soft small">
            {t("A plant shop with 2,000 customers and three journeys in flight, in a workspace of its own.")}
          </span>
        </a>
      ) : null}
    </div>
  );
}
