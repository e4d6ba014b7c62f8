internal import Hummingbird

/// The page, which is part of the program.
enum PageRoutes {
    static func add(to router: Router<BasicRequestContext>) {
        serve(router, "/", "text/html; charset=utf-8", PackageResources.index_html)
        serve(router, "/page.css", "text/css; charset=utf-8", PackageResources.page_css)
        serve(router, "/page.js", "text/javascript; charset=utf-8", PackageResources.page_js)
    }

    /// Only what comes from here is loaded and run: what somebody said can be no script.
    private static let policy =
        "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'"

    private static func serve(
        _ router: Router<BasicRequestContext>, _ path: RouterPath, _ type: String, _ content: [UInt8]
    ) {
        let body = ByteBuffer(bytes: content)
        router.get(path) { _, _ in
            var headers: HTTPFields = [.contentType: type, .cacheControl: "no-cache", .xContentTypeOptions: "nosniff"]
            headers[.contentSecurityPolicy] = policy
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
        }
    }
}
