extension EngineHost {
    /// This host, with the user that servers run as: see `EngineUser.discover`.
    public static func detected(
        directory: String, userNamed name: String? = nil, programPaths: [String] = []
    ) throws -> EngineHost {
        EngineHost(directory: directory, user: try EngineUser.discover(named: name), programPaths: programPaths)
    }
}
