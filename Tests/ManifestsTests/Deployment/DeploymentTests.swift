import Foundation
import Primitives
import Testing

/// `deploy`: that its parts belong together, and keep what the documentation promises.
@Suite("Deployment")
struct DeploymentTests {
    private let deployment: JSONValue

    init() throws {
        deployment = try DeployFolder.object("Deployment", in: "deployment.yaml")
    }

    private func pod() throws -> JSONValue { try deployment.at("spec", "template", "spec") }
    private func container() throws -> JSONValue { try pod().at("containers", "0") }
    private func labels() throws -> [String: String] {
        try deployment.at("spec", "template", "metadata", "labels").texts
    }

    @Test("Every manifest is installed by one of the kustomizations, and all in one namespace")
    func files() throws {
        let listed = try ["", "webhooks/"].flatMap { folder in
            try DeployFolder.object("Kustomization", in: "\(folder)kustomization.yaml").at("resources").strings.map {
                folder + $0
            }
        }
        let there = try Repository.files(in: "deploy")
            .compactMap { $0.components(separatedBy: "/deploy/").last }
            .filter { $0.hasSuffix(".yaml") && !$0.hasSuffix("kustomization.yaml") && !$0.hasPrefix("cert-manager/") }
        #expect(listed.sorted() == there.sorted())
        for file in listed {
            for object in try DeployFolder.objects(in: file) {
                let namespace = object["metadata"]?["namespace"]?.string
                #expect([nil, DeployFolder.namespace].contains(namespace), "\(file)")
            }
        }
    }

    @Test("What speaks of the pods means those of the Deployment")
    func selectors() throws {
        let (labels, service) = (try labels(), try DeployFolder.object("Service", in: "service.yaml"))
        let budget = try DeployFolder.object("PodDisruptionBudget", in: "availability.yaml")
        let network = try DeployFolder.object("NetworkPolicy", in: "network-policy.yaml")
        for selector in [
            try deployment.at("spec", "selector", "matchLabels"), try service.at("spec", "selector"),
            try budget.at("spec", "selector", "matchLabels"), try network.at("spec", "podSelector", "matchLabels"),
        ] {
            #expect(!selector.texts.isEmpty && selector.texts.allSatisfy { labels[$0.key] == $0.value })
        }
        let account = try DeployFolder.object("ServiceAccount", in: "rbac.yaml")
        #expect(try pod().at("serviceAccountName").string == account["metadata"]?["name"]?.string)
    }

    @Test("The webhooks reach the Service, the Service the port, and the certificate names the Service")
    func addresses() throws {
        let service = try DeployFolder.object("Service", in: "service.yaml")
        let (name, port) = (try #require(service["metadata"]?["name"]?.string), try service.at("spec", "ports", "0"))
        let ports = try container().at("ports").elements.map {
            ($0["name"]?.string ?? "", $0["containerPort"]?.integer)
        }
        #expect(try ports.contains { try $0.0 == port.at("targetPort").string && $0.1 == 8000 })
        for webhook in try DeployFolder.webhooks() {
            let target = try webhook.value.at("clientConfig", "service")
            #expect(target["name"]?.string == name && target["namespace"]?.string == DeployFolder.namespace)
            #expect(target["port"]?.integer == port["port"]?.integer)
            #expect(webhook.name.hasPrefix("\(target["path"]?.string?.dropFirst() ?? "").\(name)."))
        }
        let certificates = try DeployFolder.objects(in: "cert-manager/certificate.yaml")
        let serving = try #require(certificates.last)
        #expect(try serving.at("spec", "dnsNames").strings.contains("\(name).\(DeployFolder.namespace).svc"))
        #expect(
            try serving.at("spec", "secretName").string == pod().at("volumes", "0", "secret", "secretName").string)
        #expect(try container().at("volumeMounts", "0", "mountPath").string == "/etc/certs")
        #expect(try container().at("volumeMounts", "0")["subPath"] == nil, "such a file is never renewed")
    }

    @Test("One replica may go at a time, when another one answers, and has the time that it takes to end")
    func availability() throws {
        #expect(try #require(deployment.at("spec", "replicas").integer) >= 2)
        #expect(try deployment.at("spec", "strategy", "rollingUpdate", "maxUnavailable").integer == 0)
        let budget = try DeployFolder.object("PodDisruptionBudget", in: "availability.yaml")
        #expect(try budget.at("spec", "maxUnavailable").integer == 1)
        #expect(try budget.at("spec", "unhealthyPodEvictionPolicy").string == "AlwaysAllow")
        // What `--drain` is when nobody says otherwise, and what reviews that are in flight may take.
        #expect(try #require(pod().at("terminationGracePeriodSeconds").integer) > 10 + 30)
        #expect(try container().at("readinessProbe", "httpGet", "path").string == "/readyz")
        #expect(try container().at("livenessProbe", "httpGet", "path").string == "/healthz")
    }

    @Test("It satisfies the restricted profile that its namespace is held to")
    func security() throws {
        let namespace = try DeployFolder.object("Namespace", in: "namespace.yaml")
        #expect(namespace["metadata"]?["name"]?.string == DeployFolder.namespace)
        #expect(try namespace.at("metadata", "labels").texts["pod-security.kubernetes.io/enforce"] == "restricted")
        let (pod, container) = (try pod(), try container())
        #expect(try pod.at("securityContext", "runAsNonRoot").boolean == true)
        #expect(try pod.at("securityContext", "seccompProfile", "type").string == "RuntimeDefault")
        #expect(try container.at("securityContext", "allowPrivilegeEscalation").boolean == false)
        #expect(try container.at("securityContext", "readOnlyRootFilesystem").boolean == true)
        #expect(try container.at("securityContext", "capabilities", "drop").strings == ["ALL"])
        for field in ["hostNetwork", "hostPID", "hostIPC"] { #expect(pod[field] == nil) }
        let memory = try container.at("resources", "requests", "memory").string
        #expect(try container.at("resources", "limits", "memory").string == memory)
        #expect(try container.at("resources", "limits")["cpu"] == nil)
    }
}
