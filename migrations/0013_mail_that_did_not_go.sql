-- Since when mail to an account does not arrive, and why; null: nothing is known to be amiss. 'away': the server does not
-- answer, a job tries on; 'refused': it does not take the address.
ALTER TABLE account
  ADD COLUMN mail_failed_at timestamptz,
  ADD COLUMN mail_failure text CHECK (mail_failure IN ('away', 'refused')),
  ADD CHECK ((mail_failed_at IS NULL) = (mail_failure IS NULL));
GRANT UPDATE (mail_failed_at, mail_failure) ON account TO jiyue_cluster;
