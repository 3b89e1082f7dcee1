-- How many facts made by facts led to a run, so that a chain of journeys is counted also when it walks.
alter table run add column depth integer not null default 0;
