import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { newKey } from '../api/client';
import { ApiProblem } from '../api/problem';
import type { Entrance, InvitationView, Redeem } from '../api/types';
import { Button } from '../design/button';
import { Tick } from '../design/field';
import { useAction } from './action';
import { CallBack } from './call-back';
import { deviceCheck } from './later-views';
import type { PatientApp } from './patient-app';
import { go } from './place';
import { Shell } from './shell';
import { shutBy, shutWords } from './shut';
import { patientText } from './text';
import { Trouble } from './trouble';
import { UrgentHelp } from './urgent-help';

/** `/i/{token}`: shows what a link is for; only the button uses it. */
export function InvitationPage({ app, token }: { app: PatientApp; token: string }) {
  const text = patientText();
  const invitation = useSignal<InvitationView | null>(null);
  const reading = useAction();
  const path = `invitations/${encodeURIComponent(token)}`;
  useEffect(() => {
    void reading.run(async () => {
      invitation.value = await app.client.get<InvitationView>(path, { open: true });
      app.pharmacy.value = invitation.value.pharmacy;
      deviceCheck.preload();
    });
  }, [token]);
  if (invitation.value) return <Invitation app={app} path={path} invitation={invitation.value} />;
  const problem = reading.problem.value;
  if (problem instanceof ApiProblem && problem.status >= 400 && problem.status < 500) {
    return <DeadLink app={app} heading={text.linkUnknown} />;
  }
  return (
    <Shell app={app} heading={problem ? text.brand : text.loading}>
      <Trouble problem={problem} />
    </Shell>
  );
}

function DeadLink({ app, heading }: { app: PatientApp; heading: string }) {
  const text = patientText();
  const pharmacy = app.pharmacy.value;
  return (
    <Shell app={app} heading={heading}>
      <p>{text.linkAsk}</p>
      {pharmacy && <UrgentHelp pharmacy={pharmacy} />}
    </Shell>
  );
}

interface InvitationProps {
  app: PatientApp;
  path: string;
  invitation: InvitationView;
}

function Invitation({ app, path, invitation }: InvitationProps) {
  const text = patientText();
  const consent = useSignal(false);
  const tried = useSignal(false);
  const key = useMemo(newKey, []);
  const action = useAction();
  const { kind, state, pharmacy, queue_name: queueName } = invitation;
  const asks = kind !== 'return';
  if (state === 'used') return <DeadLink app={app} heading={text.linkUsed} />;
  if (state === 'expired') return <DeadLink app={app} heading={text.linkExpired} />;
  const use = async () => {
    const body: Redeem = asks
      ? { video_consent: true, consent_version: pharmacy.consent_version }
      : { video_consent: false };
    app.enter(await app.client.post<Entrance>(`${path}/redeem`, body, { open: true, idempotencyKey: key }));
    go('/visit', 'replace');
  };
  const submit = (event: Event) => {
    event.preventDefault();
    app.alerts.unlock();
    tried.value = true;
    if (!asks || consent.value) void action.run(use);
  };
  const shut = shutBy(action.problem.value);
  const line = pharmacy.queues.find(({ name }) => name === queueName);
  if (shut && line) {
    const why = shutWords(shut, pharmacy, line);
    return <CallBack app={app} pharmacy={pharmacy} queueId={line.id} why={why} onBack={null} />;
  }
  const headings = { visit: text.linkHeading(pharmacy.name), return: text.linkReturn, guest: text.linkGuest };
  const buttons = { visit: text.linkUse, return: text.linkReturnUse, guest: text.linkGuestUse };
  return (
    <Shell
      app={app}
      heading={headings[kind]}
      first
      lead={queueName && <p class="large">{text.linkQueue(queueName)}</p>}
    >
      <form class="stack stack-loose" noValidate onSubmit={submit}>
        {kind === 'visit' && <UrgentHelp pharmacy={pharmacy} />}
        {asks && (
          <Tick
            label={<strong>{text.consent}</strong>}
            hint={text.consentHint}
            checked={consent.value}
            error={tried.value && !consent.value ? text.errors.consent : undefined}
            onChange={(checked) => {
              consent.value = checked;
            }}
          />
        )}
        <Trouble problem={action.problem.value} />
        <Button type="submit" kind="primary" wide tall busy={action.busy.value} testId="join-queue">
          {buttons[kind]}
        </Button>
        <p class="soft">{text.linkOnce}</p>
      </form>
    </Shell>
  );
}
