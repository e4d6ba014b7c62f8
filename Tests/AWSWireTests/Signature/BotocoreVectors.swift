import Testing

/// Requests signed by botocore 1.43.11 (`SigV4Auth`, `SigV4QueryAuth`) at 2015-08-30T12:36:00Z with the secret of
/// `exampleSecret`, pinned. Headers are as the client sent them, without `Authorization`.
struct HeaderVector: Sendable, CustomTestStringConvertible {
    var name: String
    var method: String
    var path: String
    var query: String
    var headers: [(name: String, value: String)]
    var body: String
    var region: String
    var service: String
    var keyID: String
    var signedHeaders: String
    var signature: String

    var testDescription: String { name }

    init(
        _ name: String, method: String, path: String, query: String, headers: [(String, String)], body: String, region: String,
        service: String, keyID: String, signedHeaders: String, signature: String
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers.map { (name: $0.0, value: $0.1) }
        self.body = body
        self.region = region
        self.service = service
        self.keyID = keyID
        self.signedHeaders = signedHeaders
        self.signature = signature
    }
}

/// A presigned `GET /?query`, signed for `host` alone.
struct PresignedVector: Sendable, CustomTestStringConvertible {
    var name: String
    var host: String
    var keyID: String
    var region: String
    var service: String
    var parameters: [(name: String, value: String)]
    var expiresSeconds: Int
    var query: String

    var testDescription: String { name }

    init(
        _ name: String, host: String, keyID: String, region: String, service: String, parameters: [(String, String)],
        expiresSeconds: Int, query: String
    ) {
        self.name = name
        self.host = host
        self.keyID = keyID
        self.region = region
        self.service = service
        self.parameters = parameters.map { (name: $0.0, value: $0.1) }
        self.expiresSeconds = expiresSeconds
        self.query = query
    }
}

let headerVectors: [HeaderVector] = [
    HeaderVector(
        "Query POST", method: "POST", path: "/",
        query: "",
        headers: [
            ("host", "127.0.0.1:4510"),
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("user-agent", "aws-cli/2"),
            ("x-amz-date", "20150830T123600Z"),
        ],
        body: "Action=DescribeDBInstances&Version=2014-10-31", region: "us-east-1", service: "rds",
        keyID: "AKIDEXAMPLE", signedHeaders: "content-type;host;x-amz-date",
        signature: "edd6b6be388ea1dd485e7cad9ecc6fc9e19b3c3394a7a8fb78b14655a1e83d66"),
    HeaderVector(
        "JSON POST", method: "POST", path: "/",
        query: "",
        headers: [
            ("host", "127.0.0.1:4510"),
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", "secretsmanager.GetSecretValue"),
            ("x-amz-date", "20150830T123600Z"),
        ],
        body: "{\"SecretId\": \"rds!db-1\"}", region: "eu-west-1", service: "secretsmanager",
        keyID: "AKIDEXAMPLE", signedHeaders: "content-type;host;x-amz-date;x-amz-target",
        signature: "5fdd8ed5c970dc7161f99ad2e44b76250ae8defd500fef8e8b615e2273dfe2f4"),
    HeaderVector(
        "temporary credentials", method: "POST", path: "/",
        query: "",
        headers: [
            ("host", "127.0.0.1:4510"),
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("x-amz-date", "20150830T123600Z"),
            ("x-amz-security-token", "AQoDYXdzEPT//////////wEXAMPLE+token/=="),
        ],
        body: "Action=GetCallerIdentity&Version=2011-06-15", region: "us-east-1", service: "sts",
        keyID: "ASIAEXAMPLE", signedHeaders: "content-type;host;x-amz-date;x-amz-security-token",
        signature: "4ee62f3c03d63985e595d7b773b43d985b315c170945991deb4a149400673a1d"),
    HeaderVector(
        "GET with a query", method: "GET", path: "/",
        query: "Version=2016-11-15&Action=DescribeVpcs&Filter.1.Name=a%20b%2Bc",
        headers: [
            ("host", "localhost:4510"),
            ("x-amz-date", "20150830T123600Z"),
        ],
        body: "", region: "us-east-1", service: "ec2",
        keyID: "AKIDEXAMPLE", signedHeaders: "host;x-amz-date",
        signature: "61d3dc1520d6897b301d8339abaae6bc4a12df5122bc3b3c0d4a901da28d2969"),
    HeaderVector(
        "query sorted by encoded name, then value", method: "GET", path: "/",
        query: "b=2&a=z&a=1&a-b=0&A=%C3%BC&empty=&~%2F=~",
        headers: [
            ("host", "localhost:4510"),
            ("x-amz-date", "20150830T123600Z"),
        ],
        body: "", region: "us-east-1", service: "ec2",
        keyID: "AKIDEXAMPLE", signedHeaders: "host;x-amz-date",
        signature: "e3ab75184a654435b48b9a4169e29c05e0124c9e4fa348b531f36de8967d9cbd"),
    HeaderVector(
        "unicode body", method: "POST", path: "/",
        query: "",
        headers: [
            ("host", "localhost:4510"),
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("x-amz-date", "20150830T123600Z"),
        ],
        body: "Action=X&Name=%C3%BC%E2%82%AC+%2B&Raw=ü€", region: "ap-southeast-7", service: "rds",
        keyID: "AKIDEXAMPLE", signedHeaders: "content-type;host;x-amz-date",
        signature: "1416dd7685ba514ef417c18d1b2e16bdbd46c470bf97822b11318855c01e7f26"),
    HeaderVector(
        "empty body", method: "POST", path: "/",
        query: "",
        headers: [
            ("host", "localhost:4510"),
            ("x-amz-date", "20150830T123600Z"),
        ],
        body: "", region: "us-east-1", service: "rds",
        keyID: "AKIDEXAMPLE", signedHeaders: "host;x-amz-date",
        signature: "0d54bbc9f85640d350555ea37baef194e954874813f942e01b99504c62253b03"),
    HeaderVector(
        "path with dots, empty segments and escapes", method: "GET", path: "/a%20b//./c/../%C3%BC~/$x/",
        query: "",
        headers: [
            ("host", "localhost:4510"),
            ("x-amz-date", "20150830T123600Z"),
        ],
        body: "", region: "us-east-1", service: "rds",
        keyID: "AKIDEXAMPLE", signedHeaders: "host;x-amz-date",
        signature: "5a082b17fe166e87b8796dbd85d5af5cdcaabcfc270ce4b426a75785ed99d1bc"),
    HeaderVector(
        "path that climbs above the root", method: "GET", path: "/../..",
        query: "",
        headers: [
            ("host", "localhost:4510"),
            ("x-amz-date", "20150830T123600Z"),
        ],
        body: "", region: "us-east-1", service: "rds",
        keyID: "AKIDEXAMPLE", signedHeaders: "host;x-amz-date",
        signature: "08f5b41102cb785d3b646579a36ca5dab2a95fd08c07b6902556bb4cd1244c75"),
    HeaderVector(
        "blanks in header values", method: "GET", path: "/",
        query: "",
        headers: [
            ("host", "localhost:4510"),
            ("my-header", "  a   b\t c  "),
            ("x-empty", ""),
            ("x-amz-date", "20150830T123600Z"),
        ],
        body: "", region: "us-east-1", service: "rds",
        keyID: "AKIDEXAMPLE", signedHeaders: "host;my-header;x-amz-date;x-empty",
        signature: "0c5d9a95a40d4eacf9622454a7292da8f126fcc473b13d181257074011c3a9c5"),
    HeaderVector(
        "repeated headers", method: "GET", path: "/",
        query: "",
        headers: [
            ("host", "localhost:4510"),
            ("my-header", "b"),
            ("my-header", " a  a "),
            ("x-amz-date", "20150830T123600Z"),
        ],
        body: "", region: "us-east-1", service: "rds",
        keyID: "AKIDEXAMPLE", signedHeaders: "host;my-header;x-amz-date",
        signature: "1663b2416260ce7dc41a14c881af7a0ee858b59276452f5b4de0d8e2a83dba3c"),
    HeaderVector(
        "announced body hash", method: "POST", path: "/",
        query: "",
        headers: [
            ("host", "localhost:4510"),
            ("x-amz-content-sha256", "315f5bdb76d078c43b8ac0064e4a0164612b1fce77c869345bfc94c75894edd3"),
            ("x-amz-date", "20150830T123600Z"),
        ],
        body: "Hello, world!", region: "us-east-1", service: "rds",
        keyID: "AKIDEXAMPLE", signedHeaders: "host;x-amz-content-sha256;x-amz-date",
        signature: "9f6cef23c615291a5db319401e17303cb105afb131e7ab52882770b3687099bc"),
    HeaderVector(
        "unsigned body", method: "POST", path: "/",
        query: "",
        headers: [
            ("host", "localhost:4510"),
            ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            ("x-amz-date", "20150830T123600Z"),
        ],
        body: "anything", region: "us-east-1", service: "rds",
        keyID: "AKIDEXAMPLE", signedHeaders: "host;x-amz-content-sha256;x-amz-date",
        signature: "646572a0499f8ac6a7727e9bca66f4b9ec70aeed420a7ebfb96e39e67ee2a9a5"),
    HeaderVector(
        "Date in place of X-Amz-Date", method: "GET", path: "/",
        query: "",
        headers: [
            ("host", "localhost:4510"),
            ("date", "Sun, 30 Aug 2015 12:36:00 -0000"),
        ],
        body: "", region: "us-east-1", service: "rds",
        keyID: "AKIDEXAMPLE", signedHeaders: "date;host",
        signature: "4867bbc544bbfca504ae5ec572acaab00f730ad8ecd67a758fc23b6cfb589b36"),
]
let presignedVectors: [PresignedVector] = [
    PresignedVector(
        "Query", host: "127.0.0.1:4510", keyID: "AKIDEXAMPLE",
        region: "us-east-1", service: "rds",
        parameters: [("Action", "DescribeDBInstances"), ("Version", "2014-10-31"), ("Marker", "a b+ü/~*")], expiresSeconds: 60,
        query: [
            "Action=DescribeDBInstances",
            "Version=2014-10-31",
            "Marker=a%20b%2B%C3%BC%2F~%2A",
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
            "X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Frds%2Faws4_request",
            "X-Amz-Date=20150830T123600Z",
            "X-Amz-Expires=60",
            "X-Amz-SignedHeaders=host",
            "X-Amz-Signature=2b14c69df780c5d781d3cb2e40619a201d51cce068600a3904037d6e7a5f2612",
        ].joined(separator: "&")),
    PresignedVector(
        "temporary credentials", host: "127.0.0.1:4510", keyID: "ASIAEXAMPLE",
        region: "us-east-1", service: "sts",
        parameters: [("Action", "GetCallerIdentity"), ("Version", "2011-06-15")], expiresSeconds: 3600,
        query: [
            "Action=GetCallerIdentity",
            "Version=2011-06-15",
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
            "X-Amz-Credential=ASIAEXAMPLE%2F20150830%2Fus-east-1%2Fsts%2Faws4_request",
            "X-Amz-Date=20150830T123600Z",
            "X-Amz-Expires=3600",
            "X-Amz-SignedHeaders=host",
            "X-Amz-Security-Token=AQoDYXdzEPT%2F%2F%2F%2F%2F%2F%2F%2F%2F%2FwEXAMPLE%2Btoken%2F%3D%3D",
            "X-Amz-Signature=fef9b72627ea228ab9ea05c31b36997b69e5fd521d28ae3046e5f993ae45b3d2",
        ].joined(separator: "&")),
    PresignedVector(
        "login token", host: "db.abc.us-east-1.rds.localhost:5432", keyID: "AKIDEXAMPLE",
        region: "us-east-1", service: "rds-db",
        parameters: [("Action", "connect"), ("DBUser", "app@x y")], expiresSeconds: 900,
        query: [
            "Action=connect",
            "DBUser=app%40x%20y",
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
            "X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Frds-db%2Faws4_request",
            "X-Amz-Date=20150830T123600Z",
            "X-Amz-Expires=900",
            "X-Amz-SignedHeaders=host",
            "X-Amz-Signature=8e96bc891fa6f4efbf911973bb02a6a6e9540911517b59f3980cd112a865571f",
        ].joined(separator: "&")),
]
