import Foundation
import HTTP
import Primitives
import Support
import Testing

extension RealProgram {
    /// What the program asks of a registry and a signature store, counted there.
    @Suite("Remembered facts", .timeLimit(.minutes(5))) struct RememberedFactsTests {
        private let world: World

        init() throws {
            world = try World.current
        }

        private var signatures: [String] {
            let folder = "/sigs/app/signed@\(world.images.signed.replacing(":", with: "="))"
            return ["\(folder)/signature-1", "\(folder)/signature-2"]
        }

        @Test("Two hundred pods of one image at once make one request for its manifest and one for each signature")
        func sharesQuestions() async throws {
            let front = try await Front(world)
            let house = try await world.house(front.policy(world))
            let image = "\(front.address)/app/signed:1.0"
            try await withThrowingTaskGroup(of: Answer.Decision.self) { group in
                for _ in 0..<200 { group.addTask { try await house.ask(Review(.pod, image)).decision } }
                for try await decision in group { #expect(decision == .admitted) }
            }
            #expect(try await front.questions(after: "mark-1") == signatures + ["/v2/app/signed/manifests/1.0"])
        }

        @Test("With nothing remembered each review asks for the manifest and the signatures, on connections that stay")
        func keepsConnections() async throws {
            let front = try await Front(world)
            let house = try await world.house(
                front.policy(world), options: ["--tag-ttl", "0", "--fact-ttl", "0", "--negative-ttl", "0"])
            for number in 1...4 {
                let answer = try await house.ask(Review(.pod, "\(front.address)/app/signed:1.0"))
                #expect(answer.decision == .admitted, "\(answer.message)")
                #expect(
                    try await front.questions(after: "mark-\(number)")
                        == signatures + ["/v2/app/signed/manifests/1.0"])
            }
            // Two, since both signatures are asked for at once, and that of the marks.
            #expect(try front.connectionCount <= 3)
        }

        @Test("Where images are not bound what a tag names is asked each time, however long it could be remembered")
        func asksForUnbound() async throws {
            let front = try await Front(world)
            let house = try await world.house(
                front.policy(world, #""mutateImage":false,"#), options: ["--tag-ttl", "3600"])
            for number in 1...3 {
                let answer = try await house.ask(Review(.pod, "\(front.address)/app/signed:1.0"))
                #expect(answer.decision == .admitted, "\(answer.message)")
                #expect(answer.patch.isEmpty)
                let asked = try await front.questions(after: "mark-\(number)")
                #expect(asked == (number == 1 ? signatures : []) + ["/v2/app/signed/manifests/1.0"])
            }
        }

        @Test("A cold review asks three questions, a warm one none; one that is not bound asks for its tag each time")
        func countsQuestions() async throws {
            let front = try await Front(world)
            let house = try await world.house(front.policy(world), options: ["--tag-ttl", "3600"])
            let manifest = "/v2/app/signed/manifests/1.0"
            let image = "\(front.address)/app/signed:1.0"
            let review = Review(.pod, image)
            #expect(try await house.ask(review).decision == .admitted)
            #expect(try await front.questions(after: "mark-1") == signatures + [manifest])
            for warm in [image, "\(front.address)/app/signed@\(world.images.signed)"] {
                #expect(try await house.ask(Review(.pod, warm)).decision == .admitted)
            }
            #expect(try await front.questions(after: "mark-2") == [])
            for mark in ["mark-3", "mark-4"] {
                #expect(try await house.ask(review, at: "/validate?timeout=20s").decision == .admitted)
                #expect(try await front.questions(after: mark) == [manifest])
            }
            let page = try await house.page("/metrics").text
            #expect(page.contains(#"ostiary_memory_questions_total{memory="signatures"} 1"#))
        }

        @Test(
            "With the registry gone an image by digest runs on what is known, with a warning, where the policy says so")
        func survivesTheRegistry() async throws {
            let front = try await Front(world)
            let lastGood = #""onUnavailable":"lastGood","maxAge":"1h","#
            let house = try await world.house(front.policy(world, lastGood), options: ["--fact-ttl", "0"])
            let strict = try await world.house(front.policy(world), options: ["--fact-ttl", "0"])
            let pinned = "\(front.address)/app/signed@\(world.images.signed)"
            for house in [house, strict] { #expect(try await house.ask(Review(.pod, pinned)).decision == .admitted) }
            front.end()
            let answer = try await house.ask(Review(.pod, pinned))
            #expect(answer.decision == .admitted)
            #expect(answer.warnings.contains { $0.hasPrefix("admitted by what was known before: ") })
            #expect(try await house.page("/metrics").text.contains("ostiary_last_good_images_total 1\n"))
            #expect(try await house.ask(Review(.pod, "\(front.address)/app/signed:1.0")).decision == .undecided)
            #expect(try await strict.ask(Review(.pod, pinned)).decision == .undecided)
        }
    }
}
