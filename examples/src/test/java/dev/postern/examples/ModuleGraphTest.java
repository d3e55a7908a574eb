package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The POMs, the module descriptors and ARCHITECTURE.md describe the same modules, and no dependency points upwards. */
class ModuleGraphTest {
    /** The layers, from below. A module depends on modules of lower layers only. */
    private static final List<Set<String>> LAYERS = List.of(
            Set.of("core"),
            Set.of("provider-openai", "provider-bedrock", "gateway", "wire", "usage", "schema", "testkit"),
            Set.of(
                    "agents",
                    "integrations/jackson",
                    "integrations/genai",
                    "integrations/langchain4j",
                    "integrations/spring-ai"),
            Set.of(
                    "jdbc",
                    "config",
                    "integrations/opentelemetry",
                    "integrations/micrometer",
                    "integrations/mcp",
                    "integrations/reactor"),
            Set.of("server", "integrations/spring-boot-starter"),
            Set.of("examples", "examples/spring-boot"));

    /** Programs. They may use everything, and have neither a descriptor nor an API. */
    private static final Set<String> PROGRAMS = Set.of("examples", "examples/spring-boot");

    private final List<ModulePom> poms = ModulePom.all().stream()
            .filter(pom -> !pom.text("packaging").equals("pom"))
            .toList();

    private final Map<String, String> folders = new TreeMap<>(); // by artifact
    private final Map<String, Set<String>> compiled = new TreeMap<>(); // the arrows of the POMs, by folder
    private final Map<String, Set<String>> atRunTime = new TreeMap<>();

    ModuleGraphTest() {
        poms.forEach(pom -> folders.put(pom.artifactId(), pom.folder()));
        for (ModulePom pom : poms) {
            compiled.put(pom.folder(), foldersOf(pom.uses("compile")));
            atRunTime.put(pom.folder(), foldersOf(pom.uses("runtime")));
        }
    }

    private Set<String> foldersOf(Collection<String> artifacts) {
        assertThat(folders.keySet()).containsAll(artifacts);
        Set<String> found = new TreeSet<>();
        artifacts.forEach(artifact -> found.add(folders.get(artifact)));
        return found;
    }

    @Test
    void everyModuleHasALayer() {
        List<String> placed = LAYERS.stream().flatMap(Set::stream).toList();

        assertThat(placed).containsExactlyInAnyOrderElementsOf(compiled.keySet());
    }

    /** This excludes cycles, too. */
    @Test
    void dependenciesPointDownwards() {
        Set<String> below = new TreeSet<>();
        for (Set<String> layer : LAYERS) {
            for (String module : layer) {
                assertThat(below).as(module).containsAll(compiled.get(module));
                assertThat(below).as(module).containsAll(atRunTime.get(module));
            }
            below.addAll(layer);
        }
    }

    @Test
    void descriptorsRequireWhatThePomsName() throws IOException {
        Map<String, String> names = new TreeMap<>(); // folders by the name of the module
        Map<String, Set<String>> required = new TreeMap<>();
        for (ModulePom pom : poms) {
            String text = descriptor(pom.folder());
            if (!text.isEmpty()) {
                names.put(matches("(?m)^module ([\\w.]+)", text).get(0), pom.folder());
                required.put(
                        pom.folder(), new TreeSet<>(matches("requires (?:transitive )?(dev\\.postern[\\w.]*);", text)));
            }
        }
        required.replaceAll((folder, modules) -> {
            Set<String> found = new TreeSet<>();
            modules.forEach(module -> found.add(names.get(module)));
            return found;
        });
        Map<String, Set<String>> expected = new TreeMap<>(compiled);
        expected.keySet().removeAll(PROGRAMS);

        assertThat(required).isEqualTo(expected);
    }

    @Test
    void thePictureInTheDocumentationIsTheSame() throws IOException {
        String picture = block("```mermaid\n");

        assertThat(arrows(picture, "(?m)^ *([\\w-]+) --> ([\\w-]+)$")).isEqualTo(drawn(compiled));
        assertThat(arrows(picture, "(?m)^ *([\\w-]+) -\\.-> ([\\w-]+)$")).isEqualTo(drawn(atRunTime));
    }

    /** The picture leaves the programs out. A name in the picture has no slash. */
    private static Map<String, Set<String>> drawn(Map<String, Set<String>> all) {
        Map<String, Set<String>> drawn = new TreeMap<>();
        all.forEach((folder, uses) -> {
            Set<String> used = new TreeSet<>();
            uses.forEach(each -> used.add(each.replace('/', '-')));
            drawn.put(folder.replace('/', '-'), used);
        });
        PROGRAMS.forEach(program -> drawn.remove(program.replace('/', '-')));
        drawn.values().removeIf(Set::isEmpty);
        return drawn;
    }

    @Test
    void theListInTheDocumentationHasEveryModuleAndPackage() throws IOException {
        Map<String, Set<String>> listed = new TreeMap<>();
        String folder = "";
        for (String line : block("```\n").split("\n")) {
            if (!line.startsWith(" ")) {
                folder = line.substring(0, line.indexOf("/ "));
                listed.put(folder, new TreeSet<>());
            }
            listed.get(folder).addAll(matches("^\\S* +(dev\\.postern[\\w.]*) ", line));
        }
        assertThat(listed.keySet())
                .contains("bom", "benchmarks", "docs", "server/clients")
                .containsAll(PROGRAMS);
        listed.keySet().removeAll(Set.of("bom", "benchmarks", "docs", "server/clients"));
        listed.keySet().removeAll(PROGRAMS);

        Map<String, Set<String>> existing = new TreeMap<>();
        for (String module : compiled.keySet()) {
            existing.put(module, packages(module));
        }
        existing.keySet().removeAll(PROGRAMS);
        assertThat(listed).isEqualTo(existing);
    }

    private static Map<String, Set<String>> arrows(String picture, String pattern) {
        Map<String, Set<String>> arrows = new TreeMap<>();
        Pattern.compile(pattern)
                .matcher(picture)
                .results()
                .forEach(arrow -> arrows.computeIfAbsent(arrow.group(1), from -> new TreeSet<>())
                        .add(arrow.group(2)));
        return arrows;
    }

    /** The first block of ARCHITECTURE.md after this line, under the heading of the modules. */
    private static String block(String fence) throws IOException {
        String page = Files.readString(ModulePom.ROOT.resolve("ARCHITECTURE.md"));
        String section = page.substring(page.indexOf("## Modules and packages"));
        int begin = section.indexOf(fence) + fence.length();
        return section.substring(begin, section.indexOf("\n```", begin));
    }

    private static Set<String> packages(String module) throws IOException {
        Path sources = ModulePom.ROOT.resolve(module).resolve("src/main/java");
        Set<String> packages = new TreeSet<>();
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.endsWith("package-info.java"))
                    .map(file -> sources.relativize(file.getParent()).toString().replace('/', '.'))
                    .forEach(packages::add);
        }
        return packages;
    }

    /** The text of a module's descriptor, or an empty one. */
    private static String descriptor(String module) throws IOException {
        List<String> texts = new ArrayList<>();
        for (String folder : List.of("src/main/java", "src/main/module")) {
            Path file = ModulePom.ROOT.resolve(module).resolve(folder).resolve("module-info.java");
            if (Files.exists(file)) {
                texts.add(Files.readString(file));
            }
        }
        return String.join("\n", texts);
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
