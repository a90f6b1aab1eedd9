import { useDocumentTitle, ViewHeading } from '../../a11y/title';
import { staffText } from '../../i18n/staff';
import { startOf } from '../access';
import { useSignedIn } from '../context';
import { Link } from './link';

/** A page that this role has no use for. */
export function WrongRolePage() {
  const { me } = useSignedIn();
  const text = staffText();
  return <Dead heading={text.wrongRole.heading} body={text.wrongRole.body(text.shell.roles[me.role])} />;
}

export function UnknownPage() {
  const text = staffText().unknownPage;
  return <Dead heading={text.heading} body={text.body} />;
}

function Dead({ heading, body }: { heading: string; body: string }) {
  const { me } = useSignedIn();
  const text = staffText();
  useDocumentTitle(text.title(heading));
  return (
    <div class="card dead stack">
      <ViewHeading>{heading}</ViewHeading>
      <p>{body}</p>
      <p>
        <Link to={startOf(me.role)} class="button button-primary">
          {text.wrongRole.back}
        </Link>
      </p>
    </div>
  );
}
