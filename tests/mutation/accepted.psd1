# Changes that no test can notice, and why. A change that a test could notice wants that test instead.
@{
    Accepted = @(
        @{
            File = 'FailoverCandidate.cs'
            Code = 'receiver.ReplayedLsn > received'
            Change = 'receiver.ReplayedLsn >= received'
            Reason = 'where both positions are the same, it does not matter which of them is taken'
        }
        @{
            File = 'RewindTrace.cs'
            Code = 'end > control.Timeline'
            Change = 'end >= control.Timeline'
            Reason = 'where both timelines are the same, it does not matter which of them is taken'
        }
    )
}
