import { useDocumentTitle, ViewHeading } from '../../a11y/title';
import { staffText } from '../../i18n/staff';
import { navigationOf } from '../access';
import { useSignedIn } from '../context';
import { Link } from '../shell/link';

/** Says plainly which pages there are for this role. */
export function HomePage() {
  const { me } = useSignedIn();
  const text = staffText();
  useDocumentTitle(text.title(text.home.heading));
  const pages = navigationOf(me.role).filter((page) => page !== 'home');
  return (
    <div class="page home stack stack-loose">
      <ViewHeading>{text.home.heading}</ViewHeading>
      <section class="card stack" aria-labelledby="yours">
        <h2 id="yours">{text.home.yours}</h2>
        {pages.length === 0 && <p>{text.home.nothing}</p>}
        {pages.map((page) => (
          <p key={page}>
            <Link to={{ page }} class="large">
              {text.shell[page]}
            </Link>
            <br />
            <span class="soft">{text.home.hints[page]}</span>
          </p>
        ))}
        <p>
          <a class="large" href="/api/docs">
            {text.home.api}
          </a>
          <br />
          <span class="soft">{text.home.apiHint}</span>
        </p>
      </section>
    </div>
  );
}
