import type { ComponentChildren } from 'preact';
import { LanguageSwitch } from '../../design/language-switch';
import { staffText } from '../../i18n/staff';
import { type NavigationPage, navigationOf } from '../access';
import { useDesk, useSignedIn } from '../context';
import { DutyMenu } from '../floor/duty-menu';
import { WorseBar } from '../floor/worse-bar';
import type { PageName } from '../router';
import { Brand } from './brand';
import { Link } from './link';
import { Menu } from './menu';

/** The bar above every page of staff, and the page below it. */
export function Frame({ page, children }: { page: PageName; children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#main">
        {staffText().skip}
      </a>
      <TopBar page={page} />
      <LinkLine />
      <WorseBar />
      <main id="main" class={`main main-${page}`} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function TopBar({ page }: { page: PageName }) {
  const { me } = useSignedIn();
  const text = staffText().shell;
  return (
    <header class="topbar">
      <Brand />
      <nav class="topbar-pages" aria-label={text.navigation}>
        {navigationOf(me.role).map((name) => (
          <Link key={name} to={{ page: name }} class="topbar-page" current={holds(name, page)}>
            {text[name]}
          </Link>
        ))}
      </nav>
      <DutyMenu />
      <Person />
    </header>
  );
}

function Person() {
  const { me } = useSignedIn();
  const { account } = useDesk();
  const text = staffText().shell;
  const role = text.roles[me.role];
  return (
    <Menu
      label={`${me.name}, ${role}`}
      class="topbar-person"
      button={
        <>
          <span class="topbar-initials" aria-hidden="true">
            {initials(me.name)}
          </span>
          <span class="topbar-name">
            <b>{me.name}</b>
            <span>{role}</span>
          </span>
        </>
      }
    >
      {() => (
        <>
          <p class="menu-note">
            <b>{me.name}</b>
            <br />
            {role}
          </p>
          <LanguageSwitch />
          <button
            type="button"
            class="menu-item"
            data-testid="sign-out"
            onClick={() => void account.logout()}
          >
            {text.signOut}
          </button>
        </>
      )}
    </Menu>
  );
}

/** Said while the socket is away; nothing while it is there. */
function LinkLine() {
  const { connection } = useSignedIn();
  const text = staffText().shell;
  const status = connection.status.value;
  const words = { connecting: null, online: null, offline: text.offline, closed: text.closed }[status];
  return (
    <div role="status" class="link-line">
      {words && <p>{words}</p>}
    </div>
  );
}

/** An inner page belongs to the entry it was opened from. */
function holds(name: NavigationPage, page: PageName): boolean {
  if (page === 'timeline') return name === 'compliance';
  if (page === 'consultation') return name === 'counter';
  return name === page;
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word) && !/\.$/.test(word));
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => word?.[0]?.toUpperCase() ?? '').join('');
}
