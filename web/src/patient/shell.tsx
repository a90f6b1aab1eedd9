import type { ComponentChildren } from 'preact';
import { useDocumentTitle, ViewHeading } from '../a11y/title';
import { Icon } from '../design/icon';
import { LanguageSwitch } from '../design/language-switch';
import type { PatientApp, PharmacyCard } from './patient-app';
import { patientText } from './text';

interface ShellProps {
  app: PatientApp;
  /** The view's heading; also the document's title. */
  heading: string;
  /** The title, where it says more than the heading. */
  title?: string;
  lead?: ComponentChildren;
  /** The first page of a way in asks for the language before anything else. */
  first?: boolean;
  children: ComponentChildren;
}

/** The frame of a page: the pharmacy's name and phone always at hand, the language, and one heading. */
export function Shell({ app, heading, title, lead, first, children }: ShellProps) {
  const text = patientText();
  const pharmacy = app.pharmacy.value;
  useDocumentTitle(text.title(title ?? heading, pharmacy?.name ?? text.brand));
  return (
    <div class="page">
      <a class="skip" href="#content">
        {text.skip}
      </a>
      <header class="top">
        <p class="top-name">{pharmacy?.name ?? text.brand}</p>
        {pharmacy && <CallUs pharmacy={pharmacy} />}
      </header>
      {first && <Languages />}
      <main id="content" class="content stack stack-loose" tabIndex={-1}>
        <div class="stack stack-tight">
          <ViewHeading key={heading}>{heading}</ViewHeading>
          {lead}
        </div>
        {children}
      </main>
      {!first && (
        <footer>
          <Languages />
        </footer>
      )}
    </div>
  );
}

function Languages() {
  return (
    <nav class="languages" aria-label={patientText().language}>
      <LanguageSwitch />
    </nav>
  );
}

function CallUs({ pharmacy }: { pharmacy: PharmacyCard }) {
  return (
    <a class="top-phone" href={telephone(pharmacy.phone)}>
      <Icon name="phone" />
      <span>
        <span class="unseen">{patientText().call} </span>
        {pharmacy.phone}
      </span>
    </a>
  );
}

export function telephone(number: string): string {
  return `tel:${number.replace(/[^\d+]/g, '')}`;
}
