internal import Foundation

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// Asks `GET /health`.
enum HealthProbe {
    /// The HTTP status; nil when nobody answers.
    static func status(of listen: String) async throws -> Int? {
        guard let url = URL(string: "http://\(listen)/health") else { throw MartletFixture.Failure("not an address: \(listen)") }
        var request = URLRequest(url: url)
        request.timeoutInterval = 2
        do {
            let (_, response) = try await URLSession.shared.data(for: request)
            return (response as? HTTPURLResponse)?.statusCode
        } catch is URLError {
            return nil
        }
    }
}
