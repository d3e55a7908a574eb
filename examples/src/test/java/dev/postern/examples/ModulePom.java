package dev.postern.examples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The POM of a module of Postern, as a file: nothing is inherited. Folders are relative to the root of the repository. */
record ModulePom(String folder, Element project) {
    static final Path ROOT = Path.of("..");

    private static final String GROUP = "dev.postern";

    static ModulePom read(String folder) {
        Path file = ROOT.resolve(folder).resolve("pom.xml");
        try {
            return new ModulePom(
                    folder,
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(file.toFile())
                            .getDocumentElement());
        } catch (Exception e) {
            throw new AssertionError(file + " cannot be read", e);
        }
    }

    /** The modules of the root POM in its order, without those of profiles. */
    static List<ModulePom> all() {
        List<ModulePom> all = new ArrayList<>();
        for (Element module : children(child(read(".").project, "modules"), "module")) {
            all.add(read(module.getTextContent()));
        }
        return all;
    }

    /** The modules that a user can depend on. */
    static List<ModulePom> published() {
        return all().stream()
                .filter(pom -> !pom.text("packaging").equals("pom"))
                .filter(pom -> !pom.properties()
                        .getOrDefault("maven.deploy.skip", "false")
                        .equals("true"))
                .toList();
    }

    String artifactId() {
        return text("artifactId");
    }

    /** The version, which most modules have from their parent. */
    String version() {
        String own = text("version");
        return own.isEmpty() ? text(child(project, "parent"), "version") : own;
    }

    /** The names of Postern's artifacts that it depends on in one of these scopes. */
    Set<String> uses(String... scopes) {
        Set<String> uses = new TreeSet<>();
        for (Element dependency : children(child(project, "dependencies"), "dependency")) {
            String scope = text(dependency, "scope");
            if (text(dependency, "groupId").equals(GROUP)
                    && List.of(scopes).contains(scope.isEmpty() ? "compile" : scope)) {
                uses.add(text(dependency, "artifactId"));
            }
        }
        return uses;
    }

    /** Name and version of Postern's jars that it manages, in their order. */
    Map<String, String> manages() {
        Map<String, String> manages = new LinkedHashMap<>();
        Element managed = child(child(project, "dependencyManagement"), "dependencies");
        for (Element dependency : children(managed, "dependency")) {
            if (text(dependency, "groupId").equals(GROUP)
                    && text(dependency, "type").isEmpty()) {
                manages.put(text(dependency, "artifactId"), text(dependency, "version"));
            }
        }
        return manages;
    }

    /** Group and name of everything that it manages. */
    List<String> manageable() {
        List<String> names = new ArrayList<>();
        Element managed = child(child(project, "dependencyManagement"), "dependencies");
        for (Element dependency : children(managed, "dependency")) {
            names.add(text(dependency, "groupId") + ":" + text(dependency, "artifactId"));
        }
        return names;
    }

    Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        Node node = child(project, "properties").getFirstChild();
        for (; node != null; node = node.getNextSibling()) {
            if (node instanceof Element property) {
                properties.put(property.getTagName(), property.getTextContent());
            }
        }
        return properties;
    }

    /** The content of one of its own elements, or an empty text. */
    String text(String name) {
        return text(project, name);
    }

    private static String text(Element parent, String name) {
        List<Element> found = children(parent, name);
        return found.isEmpty() ? "" : found.get(0).getTextContent().trim();
    }

    private static Element child(Element parent, String name) {
        List<Element> found = children(parent, name);
        return found.isEmpty() ? parent.getOwnerDocument().createElement("none") : found.get(0);
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }
}
