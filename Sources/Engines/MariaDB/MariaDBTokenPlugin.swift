import Foundation

/// The plugin by which users log in with IAM tokens, `AWSAuthenticationPlugin`; docs/mysql-iam.md tells how it and the
/// gateway agree.
enum MariaDBTokenPlugin {
    static let name = "AWSAuthenticationPlugin"
    static let library = "lib\(name).so"

    /// Built with Martlet, beside the program; nil where it was left out.
    static let source: String? = {
        guard let program = FileSystem.target(ofLink: "/proc/self/exe") else { return nil }
        let path = "\(FileSystem.parent(program))/\(library)"
        return FileSystem.exists(path) ? path : nil
    }()

    /// The settings that load it, and tell it where its word is: beside the data directory, which the server works in.
    static let settings = [
        ("plugin_load_add", "\(name)=\(library)"), ("awsauthenticationplugin_word_file", "../\(wordFileName)"),
    ]

    static let wordFileName = "gateway.word"

    /// What the gateway says for a verified token, and which user says it: this process's, which is the gateway's too.
    static func newWord() -> String { "\(geteuid()) \(RandomBytes.make(32).hexadecimal)\n" }
}

extension MariaDBServer {
    var wordFile: String { "\(directory)/\(MariaDBTokenPlugin.wordFileName)" }

    /// Makes the word unless there is one that this user may say.
    func prepareWord() throws(EngineError) {
        if FileSystem.read(wordFile, limit: 256)?.hasPrefix("\(geteuid()) ") == true { return }
        try FileSystem.replace(wordFile, with: MariaDBTokenPlugin.newWord(), mode: 0o600, owner: host.user)
    }
}
