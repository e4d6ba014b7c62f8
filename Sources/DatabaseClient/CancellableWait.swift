/// Waits for what somebody else will answer, or for the task to be cancelled.
///
/// - Parameters:
///   - giveUp: answers with `CancellationError` if the question still waits; may come at any moment, before `ask` and after the
///     answer as well.
///   - ask: leaves the continuation with who will answer.
func cancellableWait<Value: Sendable>(
    giveUp: @Sendable () -> Void, ask: (CheckedContinuation<Value, any Error>) -> Void
) async throws -> Value {
    try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
            ask(continuation)
            // A cancellation between the question above and now found nobody to tell.
            if Task.isCancelled { giveUp() }
        }
    } onCancel: {
        giveUp()
    }
}
