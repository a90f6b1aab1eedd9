import { useState } from 'preact/hooks';
import { announce } from '../../a11y/announcer';
import { useDocumentTitle, ViewHeading } from '../../a11y/title';
import type { ConsultationSummary, ConsultationPage as Page } from '../../api/types';
import { Button } from '../../design/button';
import { TextField } from '../../design/field';
import { language } from '../../i18n/language';
import { staffText } from '../../i18n/staff';
import { useDesk, useSignedIn } from '../context';
import { shortMoment } from '../moments';
import { useResource } from '../resource';
import { isId, type Route } from '../router';
import { Failure } from '../shell/failure';
import { Link } from '../shell/link';

/** Consultations, newest first: one's own with their record, or everybody's with their timeline. */
export function ConsultationsPage({ of }: { of: 'me' | 'everybody' }) {
  const text = staffText().list;
  const heading = of === 'me' ? text.mine : text.all;
  useDocumentTitle(staffText().title(heading));
  const opens = (id: string): Route =>
    of === 'me' ? { page: 'consultation', id } : { page: 'timeline', id };
  return (
    <div class="page stack stack-loose">
      <ViewHeading>{heading}</ViewHeading>
      {of === 'everybody' && <Search />}
      <List opens={opens} />
    </div>
  );
}

function Search() {
  const { router } = useDesk();
  const text = staffText().list;
  const [wanted, setWanted] = useState('');
  const [bad, setBad] = useState(false);
  const find = (event: Event) => {
    event.preventDefault();
    const id = wanted.trim().toLowerCase();
    setBad(!isId(id));
    if (isId(id)) router.go({ page: 'timeline', id });
  };
  return (
    <search>
      <form class="search" noValidate onSubmit={find}>
        <TextField
          label={text.search}
          hint={text.searchHint}
          type="search"
          autocomplete="off"
          value={wanted}
          error={bad ? text.searchBad : undefined}
          onInput={setWanted}
        />
        <Button type="submit">{text.searchGo}</Button>
      </form>
    </search>
  );
}

function List({ opens }: { opens: (id: string) => Route }) {
  const { client } = useSignedIn();
  const text = staffText();
  const first = useResource<Page>('consultations', (signal) => client.get('consultations', { signal }));
  const [more, setMore] = useState<readonly Page[]>([]);
  const [error, setError] = useState<unknown>(null);
  const pages = first.value === null ? [] : [first.value, ...more];
  const shown = pages.flatMap((page) => page.consultations);
  const cursor = pages.at(-1)?.next_cursor ?? null;
  const showMore = async () => {
    try {
      const next = await client.get<Page>(`consultations?cursor=${encodeURIComponent(cursor ?? '')}`);
      setMore([...more, next]);
      setError(null);
      announce(text.list.shown(shown.length + next.consultations.length));
    } catch (failure) {
      setError(failure);
    }
  };
  if (first.value === null) {
    if (first.error === null) return <p class="soft">{text.loading}</p>;
    return <Failure error={first.error} onRetry={() => void first.reload()} />;
  }
  if (shown.length === 0) return <p class="empty">{text.list.empty}</p>;
  return (
    <div class="stack">
      <Table rows={shown} opens={opens} />
      <Failure error={error} />
      {cursor === null ? (
        <p class="soft small">{text.list.end}</p>
      ) : (
        <div>
          <Button onClick={() => void showMore()}>{text.list.more}</Button>
        </div>
      )}
    </div>
  );
}

function Table({ rows, opens }: { rows: readonly ConsultationSummary[]; opens: (id: string) => Route }) {
  const text = staffText().list;
  return (
    <div class="table-card">
      <table class="table">
        <caption class="unseen">{text.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{text.started}</th>
            <th scope="col">{text.person}</th>
            <th scope="col">{text.queue}</th>
            <th scope="col">{text.pharmacist}</th>
            <th scope="col">{text.state}</th>
            <th scope="col">{text.outcome}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} to={opens(row.id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, to }: { row: ConsultationSummary; to: Route }) {
  const text = staffText();
  const columns = text.list;
  return (
    <tr>
      <td data-label={columns.started}>
        <Link to={to} class="row-link">
          <time dateTime={row.created_at}>{shortMoment(language.value, row.created_at)}</time>
        </Link>
      </td>
      <th scope="row" data-label={columns.person}>
        {row.person_name}
      </th>
      <td data-label={columns.queue}>{row.queue_name}</td>
      <td data-label={columns.pharmacist}>{row.pharmacist_name}</td>
      <td data-label={columns.state}>
        <span class={row.closed_at === null ? 'badge badge-good' : 'badge'}>
          {text.consultation.states[row.state]}
        </span>
      </td>
      <td data-label={columns.outcome}>{row.outcome ? text.consultation.outcomes[row.outcome] : '–'}</td>
    </tr>
  );
}
