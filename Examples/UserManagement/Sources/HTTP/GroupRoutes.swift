internal import DatabaseClient
internal import Foundation
internal import Hummingbird
internal import Support

struct GroupRoutes: Sendable {
    let groups: Groups
    let doorkeeper: Doorkeeper

    private static let absent = Refusal.notFound("group_not_found")

    func add(to router: Router<BasicRequestContext>) {
        router.get("/api/groups") { request, _ in
            _ = try await doorkeeper.caller(request)
            return Response.json(try await groups.list().text)
        }
        router.get("/api/groups/{name}") { request, context in
            _ = try await doorkeeper.caller(request)
            return try await shown(Routes.key(context, "name"))
        }
        router.post("/api/groups") { request, _ in
            try await doorkeeper.administrator(request)
            let draft = try await request.json(GroupDraft.self)
            let group = try await Routes.kept {
                let group = try draft.checked()
                try await groups.create(group)
                return group
            }
            return try await shown(group.name, .created)
        }
        addChanging(to: router)
    }

    private func addChanging(to router: Router<BasicRequestContext>) {
        router.put("/api/groups/{name}") { request, context in
            try await doorkeeper.administrator(request)
            let name = Routes.key(context, "name")
            let title = try await request.json(GroupDraft.self).title
            let checked = try await Routes.kept { try GroupDraft(name: name, title: title).checked() }
            guard try await groups.rename(name, title: checked.title) else { throw Self.absent }
            return try await shown(name)
        }
        router.delete("/api/groups/{name}") { request, context in
            try await doorkeeper.administrator(request)
            guard try await groups.delete(Routes.key(context, "name")) else { throw Self.absent }
            return Response(status: .noContent)
        }
        router.put("/api/groups/{name}/members/{uid}") { request, context in
            try await doorkeeper.administrator(request)
            let name = Routes.key(context, "name")
            guard try await groups.add(Routes.key(context, "uid"), to: name) else {
                throw try await groups.show(name) == nil ? Self.absent : Refusal.notFound("user_not_found")
            }
            return try await shown(name)
        }
        router.delete("/api/groups/{name}/members/{uid}") { request, context in
            try await doorkeeper.administrator(request)
            guard try await groups.remove(Routes.key(context, "uid"), from: Routes.key(context, "name")) else {
                throw Refusal.notFound("member_not_found")
            }
            return Response(status: .noContent)
        }
    }

    private func shown(_ name: String, _ status: HTTPResponse.Status = .ok) async throws -> Response {
        guard let group = try await groups.show(name) else { throw Self.absent }
        return Response.json(try JSONEncoder().encode(group), status: status)
    }
}
