import { useEffect, useMemo } from 'preact/hooks';
import { staffText } from '../i18n/staff';
import { mayOpen, startOf } from './access';
import type { AccountState } from './account';
import { AdminPage } from './admin/admin-page';
import { HomePage } from './admin/home-page';
import { ConsultationsPage } from './compliance/consultations-page';
import { TimelinePage } from './compliance/timeline-page';
import { ConsultationPage } from './consultation/consultation-page';
import { Drafts } from './consultation/drafts';
import { SignedInContext, useDesk } from './context';
import { CounterPage } from './counter/counter-page';
import { Floor } from './floor/floor';
import { LoginPage } from './login/login-page';
import type { Route } from './router';
import { Failure } from './shell/failure';
import { Frame } from './shell/frame';
import { IdleGuard } from './shell/idle-guard';
import { UnknownPage, WrongRolePage } from './shell/wrong-page';

/** The staff pages: who is signed in decides what is shown. */
export function App() {
  const { account } = useDesk();
  const state = account.state.value;
  switch (state.kind) {
    case 'starting':
      return <p class="starting">{staffText().loading}</p>;
    case 'unreachable':
      return (
        <main class="login">
          <Failure error={state.error} onRetry={() => void account.resume()} />
        </main>
      );
    case 'out':
      return <LoginPage reason={state.reason} />;
    case 'in':
      return <Inside state={state} />;
  }
}

function Inside({ state }: { state: AccountState & { kind: 'in' } }) {
  const { account, router } = useDesk();
  const signedIn = useMemo(
    () => ({ me: state.me, connection: state.connection, client: account.client, drafts: new Drafts() }),
    [state, account],
  );
  const route = router.route;
  const wantsStart = route.page === 'login' || router.path.value === '/staff';
  useEffect(() => {
    if (wantsStart) router.go(startOf(state.me.role), 'replace');
  }, [wantsStart, router, state]);
  if (wantsStart) return null;
  return (
    <SignedInContext.Provider value={signedIn}>
      <Floor>
        <Frame page={route.page}>
          <IdleGuard />
          {mayOpen(state.me.role, route.page) ? <Page route={route} /> : <WrongRolePage />}
        </Frame>
      </Floor>
    </SignedInContext.Provider>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case 'counter':
      return <CounterPage />;
    case 'consultation':
      return <ConsultationPage key={route.id} id={route.id} />;
    case 'consultations':
    case 'compliance':
      return <ConsultationsPage key={route.page} of={route.page === 'compliance' ? 'everybody' : 'me'} />;
    case 'timeline':
      return <TimelinePage key={route.id} id={route.id} />;
    case 'admin':
      return <AdminPage />;
    case 'home':
    case 'login':
      return <HomePage />;
    case 'unknown':
      return <UnknownPage />;
  }
}
