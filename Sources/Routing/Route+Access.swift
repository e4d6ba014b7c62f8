extension Route {
    /// Who may connect, compiled from the instance's security groups. Rules for other ports and protocols are left out.
    public struct Access: Codable, Sendable, Equatable {
        public enum Refusal: String, Codable, Sendable {
            /// Tell the client, in its own protocol and before it sends a credential, which rule is missing.
            case diagnose
            /// Close without a word, as a client of RDS experiences it (a time-out there).
            case drop
        }

        public struct Rule: Codable, Sendable, Equatable {
            /// `sgr-…`
            public var id: String
            /// The group that it belongs to, `sg-…`.
            public var group: String
            /// CIDR blocks that it admits: `10.1.0.0/16`, `::1/128`; for a rule that names a group, the addresses of its members.
            public var blocks: [String]

            public init(id: String, group: String, blocks: [String]) {
                self.id = id
                self.group = group
                self.blocks = blocks
            }
        }

        public var refusal: Refusal
        /// The groups of the instance, for the diagnosis.
        public var groups: [String]
        public var rules: [Rule]
        /// The region, for the command that the diagnosis suggests.
        public var region: String

        public init(refusal: Refusal, groups: [String], rules: [Rule], region: String) {
            self.refusal = refusal
            self.groups = groups
            self.rules = rules
            self.region = region
        }
    }

    /// The endpoint's certificate.
    public struct TLS: Codable, Sendable, Equatable {
        /// PEM files, leaf first, mode 0600.
        public var certificateFile: String
        public var privateKeyFile: String
        /// Changes with every new certificate, so that a change is noticed; connections in progress keep the former one.
        public var fingerprint: String
        /// `rds.force_ssl`, `require_secure_transport`: connections without TLS are refused with RDS's text.
        public var isRequired: Bool

        public init(certificateFile: String, privateKeyFile: String, fingerprint: String, isRequired: Bool) {
            self.certificateFile = certificateFile
            self.privateKeyFile = privateKeyFile
            self.fingerprint = fingerprint
            self.isRequired = isRequired
        }
    }

    /// IAM database authentication, where it is enabled. Which roles it applies to is the server's to say: it admits members of
    /// `rds_iam` without a password, from the gateway's user alone, and the gateway then demands the token.
    public struct IAM: Codable, Sendable, Equatable {
        public var region: String
        /// The host names and addresses that a token may have been made for.
        public var hosts: [String]
        public var port: Int
        /// JSON file of mode 0600, `[{"id": …, "secret": …}]`: the access keys that may sign.
        public var accessKeysFile: String
        /// MySQL: file of mode 0600 with what the gateway and the server's plugin `AWSAuthenticationPlugin` alone know, as the
        /// plugin reads it (Sources/AWSAuthenticationPlugin): a user id and 64 hexadecimal digits. Nil refuses every token.
        public var wordFile: String?

        public init(region: String, hosts: [String], port: Int, accessKeysFile: String, wordFile: String? = nil) {
            self.region = region
            self.hosts = hosts
            self.port = port
            self.accessKeysFile = accessKeysFile
            self.wordFile = wordFile
        }
    }
}
