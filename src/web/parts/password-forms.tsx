/** Forms for passwords. */
import { LONGEST, SHORTEST } from '../../identity/passwords.ts';

interface PasswordFormProps {
  next: string;
  /** Somebody who is signed in signs in again. */
  isAgain: boolean;
  /** What was typed before, or who is signed in. */
  handle: string;
}

/** On the page for signing in. */
export const PasswordForm = ({ next, isAgain, handle }: PasswordFormProps) => (
  <form method="post" action="/sign-in/password" class="stacked">
    <input type="hidden" name="next" value={next} />
    {isAgain && <input type="hidden" name="again" value="1" />}
    <label>
      Handle or email address
      <input type="text" name="name" value={handle} required maxlength={254} autocomplete="username" />
    </label>
    <label>
      Password
      <input type="password" name="password" required maxlength={LONGEST} autocomplete="current-password" />
    </label>
    <button type="submit">Sign in with a password</button>
  </form>
);

/** In the settings. */
export const ChangePassword = ({ isSet }: { isSet: boolean }) => (
  <details>
    <summary>{isSet ? 'Change or remove your password' : 'Set a password'}</summary>
    <form method="post" action="/settings/password" class="stacked">
      {isSet && (
        <label>
          Current password
          <input
            type="password"
            name="current"
            required
            maxlength={LONGEST}
            autocomplete="current-password"
          />
        </label>
      )}
      <label>
        New password
        <input
          type="password"
          name="wanted"
          required={!isSet}
          minlength={SHORTEST}
          maxlength={LONGEST}
          autocomplete="new-password"
          aria-describedby="password-says"
        />
        <span id="password-says" class="small-print">
          {SHORTEST} characters or more; which ones is up to you. You stay signed in here, and nowhere else.
        </span>
      </label>
      <button type="submit">{isSet ? 'Change password' : 'Set password'}</button>
      {isSet && (
        <button type="submit" name="act" value="remove">
          Remove password
        </button>
      )}
    </form>
  </details>
);
