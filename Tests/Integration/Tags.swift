import Testing

extension Tag {
    /// Takes minutes, most of them waiting.
    @Tag static var slow: Self
    /// Kills something.
    @Tag static var recovery: Self
    @Tag static var terraform: Self
}
