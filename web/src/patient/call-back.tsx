import { useSignal } from '@preact/signals';
import type { AskCallBack, VisitPharmacy } from '../api/types';
import { Button } from '../design/button';
import { TextField } from '../design/field';
import { Icon } from '../design/icon';
import { language } from '../i18n/language';
import { useAction } from './action';
import type { PatientApp } from './patient-app';
import { Shell, telephone } from './shell';
import { patientText } from './text';
import { Trouble } from './trouble';
import { UrgentHelp } from './urgent-help';
import { blamed, phoneIsPlausible } from './walk-in-draft';

/** A line that takes nobody in, and who asks. */
export interface CallBackOffer {
  readonly pharmacy: VisitPharmacy;
  readonly queueId: string;
  /** Why there is a call instead, and when the line opens; nothing when the person came for the call. */
  readonly why?: string | undefined;
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
}

interface CallBackProps extends CallBackOffer {
  app: PatientApp;
  onBack: (() => void) | null;
}

/** Instead of a place in line: a number that the pharmacy rings. */
export function CallBack(props: CallBackProps) {
  const { app, pharmacy, onBack } = props;
  const text = patientText();
  const asked = useSignal<string | null>(null);
  if (asked.value !== null) return <Asked app={app} pharmacy={pharmacy} phone={asked.value} />;
  return (
    <Shell
      app={app}
      heading={text.callBackHeading}
      lead={
        <>
          {props.why && <p class="large">{props.why}</p>}
          <p>{text.callBackIntro}</p>
        </>
      }
    >
      <Form
        {...props}
        onAsked={(phone) => {
          asked.value = phone;
        }}
      />
      {onBack && (
        <Button kind="quiet" onClick={onBack}>
          {text.back}
        </Button>
      )}
      <UrgentHelp pharmacy={pharmacy} />
    </Shell>
  );
}

function Form(props: CallBackOffer & { app: PatientApp; onAsked: (phone: string) => void }) {
  const text = patientText();
  const name = useSignal(props.name ?? '');
  const phone = useSignal(props.phone ?? '');
  const tried = useSignal(false);
  const action = useAction();
  const nameWrong = name.value.trim() === '';
  const refused = useSignal<string | null>(null);
  const implausible = phone.value.trim() === '' || !phoneIsPlausible(phone.value);
  const phoneWrong = implausible || phone.value === refused.value;
  const submit = (event: Event) => {
    event.preventDefault();
    tried.value = true;
    if (nameWrong || phoneWrong) {
      (event.currentTarget as HTMLElement)
        .querySelector<HTMLElement>(nameWrong ? 'input' : '[type=tel]')
        ?.focus();
      return;
    }
    const body: AskCallBack = {
      queue_id: props.queueId,
      name: name.value.trim(),
      phone: phone.value.trim(),
      language: language.value,
    };
    const path = `pharmacies/${encodeURIComponent(props.pharmacy.slug)}/call-backs`;
    void action
      .run(() => props.app.client.post(path, body, { open: true }))
      .then((done) => {
        if (done) props.onAsked(body.phone);
        else if (blamed(action.problem.value) === 'phone') refused.value = phone.value;
      });
  };
  return (
    <form class="stack" noValidate onSubmit={submit}>
      <TextField
        label={text.callBackName}
        autocomplete="name"
        maxLength={120}
        testId="call-back-name"
        value={name.value}
        error={tried.value && nameWrong ? text.errors.name : undefined}
        onInput={(value) => {
          name.value = value;
        }}
      />
      <TextField
        label={text.phone}
        hint={text.callBackPhoneHint}
        type="tel"
        autocomplete="tel"
        maxLength={32}
        testId="call-back-phone"
        value={phone.value}
        error={tried.value && phoneWrong ? text.callBackPhone : undefined}
        onInput={(value) => {
          phone.value = value;
        }}
      />
      <Trouble problem={action.problem.value} />
      <Button type="submit" kind="primary" wide tall busy={action.busy.value} testId="call-back-send">
        {text.callBackSend}
      </Button>
    </form>
  );
}

function Asked({ app, pharmacy, phone }: { app: PatientApp; pharmacy: VisitPharmacy; phone: string }) {
  const text = patientText();
  return (
    <Shell
      app={app}
      heading={text.callBackDone}
      lead={
        <p class="large" data-testid="call-back-done">
          {text.callBackDoneText(phone)}
        </p>
      }
    >
      <p>{text.callBackDoneHint}</p>
      <a class="button button-plain button-wide" href={telephone(pharmacy.phone)}>
        <Icon name="phone" />
        {text.callUs(pharmacy.phone)}
      </a>
      <UrgentHelp pharmacy={pharmacy} heading={text.stillNeed} />
      <p class="soft">{text.closePage}</p>
    </Shell>
  );
}
