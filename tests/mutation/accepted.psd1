# Changes that no test can notice, and why. A change that a test could notice wants that test instead.
@{
    Accepted = @(
    )
}
