-- A message that was being handed over when it was withdrawn: it may have left, but it is not tried again.
alter table message add column withdrawn text not null default '';
