internal import ArgumentParser
internal import DatabaseClient
internal import Support

struct AddPost: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Adds a post.")

    @Argument var title: String
    @Option(help: "What it says.") var content: String?

    func run() async throws {
        let database = try Blog.database(try DotEnv.environment())
        try await database.closing {
            try await Schema.make(in: database)
            let post = try PostDraft(title: title, content: content ?? "\(title), and more about it.").checked()
            _ = try await Posts(database).add(post)
            print("Posts: \(try await Posts(database).count(.ownWrites))")
        }
    }
}
