import Routing

/// What a loop needs of a route besides its values, made ready by the supervisor: the loop reads no file.
struct FrontDoor: Sendable {
    /// Nil admits every address.
    var access: AccessMatcher?
    /// Nil answers a client's wish for TLS with no.
    var tls: TLSContext?
    /// Nil while IAM database authentication is off.
    var iam: IAMPolicy?
    /// MySQL: what tells the server that a token is good.
    var word: ServerWord?
}

/// A route and its door.
struct PreparedRoute: Sendable {
    var route: Route
    var door = FrontDoor()
}
