import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from '../api/client';
import type { MeView } from '../api/types';
import type { Connection } from '../signaling/connection';
import type { Account } from './account';
import type { Drafts } from './consultation/drafts';
import type { Router } from './router';
import type { Shortcuts } from './shell/shortcuts';

/** What lives as long as the page. */
export interface Desk {
  readonly account: Account;
  readonly router: Router;
  readonly shortcuts: Shortcuts;
}

/** What lives as long as somebody is signed in. */
export interface SignedIn {
  readonly me: MeView;
  readonly client: Client;
  readonly connection: Connection;
  readonly drafts: Drafts;
}

export const DeskContext = createContext<Desk | null>(null);
export const SignedInContext = createContext<SignedIn | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('no desk');
  return desk;
}

export function useSignedIn(): SignedIn {
  const signedIn = useContext(SignedInContext);
  if (signedIn === null) throw new Error('nobody is signed in');
  return signedIn;
}
