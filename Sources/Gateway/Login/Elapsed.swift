extension UInt64 {
    /// Nanoseconds since an earlier reading of the monotonic clock; 0 when `earlier` is later after all. Loops share books, and
    /// each reads the clock before it takes the lock: who comes second may bring the older time.
    func elapsed(since earlier: UInt64) -> UInt64 { self > earlier ? self - earlier : 0 }
}
