# What faults, schedules and mutations found, and what was done about it. A line each: what happened, and what holds now.
@{
    Found = @(
        @{
            How = 'a query or a pause that holds up replay during a switchover'
            What = 'the primary was stopped, and the promotion waited for ever'
            Now = 'the candidate shows that it replays, before the primary is stopped and before the promotion; who is in the way is named'
        }
        @{
            How = 'a promotion that does not come to its end'
            What = 'nobody was primary'
            Now = 'it is taken back, where the files prove that it did not happen'
        }
        @{
            How = 'a member that answers nobody: no rule lets PgHa in, no connection is left, or it is starting'
            What = 'it was taken for a lost primary, and a promotion was advised'
            Now = 'unknown is said to be unknown (`PrimaryUnknown`), and how to log in'
        }
        @{
            How = '`pg_rewind` killed while it copies'
            What = 'the directory started as a primary, with blocks of two servers'
            Now = 'its WAL of a later timeline gives it away: no start, rewound again or cloned anew'
        }
        @{
            How = '`pg_rewind` killed after it wrote the control file'
            What = 'run again, it recovered the directory on the source''s own timeline'
            Now = 'it is not run again; a new clone'
        }
        @{
            How = 'a former primary that recovers before its rewind'
            What = 'its checkpoint recycled the file that the rewind begins with'
            Now = 'that recovery keeps all WAL'
        }
        @{
            How = 'the disk of the WAL full'
            What = 'a failover was planned, and the primary could not even be made a standby'
            Now = 'refused (`DiskFull`), unless somebody says that the primary stays down'
        }
        @{
            How = 'settings of the candidate that its new standbys do not meet'
            What = 'a standby did not start again after the switchover'
            Now = 'they are compared before, as they will be after the restart'
        }
    )
}
