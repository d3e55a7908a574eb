package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.json.Json;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The metadata for native images in the jars: it names only what exists, and covers all uses of reflection. */
class NativeImageMetadataTest {
    private static final Path ROOT = Path.of("..");

    /** Methods with the JDK release that introduced them. */
    private static final Map<String, Integer> SINCE = Map.of("java.net.http.HttpClient.shutdownNow", 21);

    /** The members of an entry that native-image knows. */
    private static final Set<String> KEYS = Set.of(
            "condition", "type", "methods", "allDeclaredConstructors", "allDeclaredMethods", "allDeclaredFields");

    /** Calls that need metadata, unless all arguments are constants. */
    private static final Pattern REFLECTION =
            Pattern.compile("Class\\.forName|\\.loadClass\\(|\\.newInstance\\(|\\.getField\\("
                    + "|\\.get(?:Declared)?(?:Method|Constructor|RecordComponent)s?\\(|\\.find(?:Virtual|Static|Constructor)\\("
                    + "|Proxy\\.newProxyInstance|\\.getResource(?:AsStream)?\\(|ResourceBundle|ObjectInputStream");

    /** Source files that call one of these methods, each with the reason why the metadata is complete. */
    private static final Map<String, String> USES = Map.of(
            "admin/AdminPage.java", "reads a resource, which is registered",
            "config/ProviderFactories.java", "loads factories by name, which their jars register",
            "bedrock/AwsSdkBridge.java", "is registered",
            "flow/SharedHttpClient.java", "is registered",
            "langchain4j/Overrides.java",
                    "asks whether a model overrides a method; without metadata, the model is tried",
            "schema/EnumShape.java", "reads enums, which the application registers",
            "schema/ListShape.java", "creates arrays, which the application registers",
            "schema/PlainJson.java", "reads records, which the application registers",
            "schema/RecordAccess.java", "reads records, which the application registers",
            "schema/RecordShape.java", "reads records, which the application registers");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postern-core",
                "postern-provider-openai",
                "postern-provider-bedrock",
                "postern-jdbc",
                "postern-jackson"
            })
    void eachEntryNamesAnExistingClassAndExistingMethods(String artifact) throws Exception {
        Map<?, ?> metadata = metadata(artifact);

        assertThat(Set.of("reflection", "resources")).containsAll(names(metadata));
        for (Object entry : (List<?>) metadata.get("reflection")) {
            Map<?, ?> fields = (Map<?, ?>) entry;
            assertThat(KEYS).containsAll(names(fields));
            Class<?> type = load(String.valueOf(fields.get("type")));
            if (fields.get("condition") instanceof Map<?, ?> condition) {
                assertThat(names(condition)).containsExactly("typeReached");
                load(String.valueOf(condition.get("typeReached")));
            }
            if (fields.get("methods") instanceof List<?> methods) {
                for (Object method : methods) {
                    assertMethodExists(type, (Map<?, ?>) method);
                }
            }
        }
    }

    private static void assertMethodExists(Class<?> type, Map<?, ?> method) {
        assertThat(names(method)).containsExactlyInAnyOrder("name", "parameterTypes");
        String name = String.valueOf(method.get("name"));
        List<?> parameters = (List<?>) method.get("parameterTypes");
        List<String> found = name.equals("<init>")
                ? Arrays.stream(type.getDeclaredConstructors())
                        .map(constructor -> types(constructor.getParameterTypes()))
                        .toList()
                : Arrays.stream(type.getDeclaredMethods())
                        .filter(each -> each.getName().equals(name))
                        .map(each -> types(each.getParameterTypes()))
                        .toList();
        if (Runtime.version().feature() >= SINCE.getOrDefault(type.getName() + "." + name, 0)) {
            assertThat(found).as(type.getName() + "." + name).contains(String.valueOf(parameters));
        }
    }

    private static String types(Class<?>[] parameters) {
        return Arrays.stream(parameters).map(Class::getTypeName).toList().toString();
    }

    @Test
    void eachServiceOfTheModulesIsRegistered() throws Exception {
        Map<String, String> artifacts = Map.of(
                "provider-openai", "postern-provider-openai",
                "provider-bedrock", "postern-provider-bedrock",
                "jdbc", "postern-jdbc",
                "integrations/jackson", "postern-jackson");
        Map<String, Set<String>> services = new TreeMap<>();
        for (Path file : sources("META-INF/services", "")) {
            String module = module(file);
            if (!module.equals("examples")) {
                services.computeIfAbsent(module, any -> new TreeSet<>()).addAll(Files.readAllLines(file));
                assertThat(String.valueOf(metadata(artifacts.get(module)).get("resources")))
                        .contains("META-INF/services/" + file.getFileName());
            }
        }

        assertThat(services.keySet()).isEqualTo(new TreeSet<>(artifacts.keySet()));
        for (Map.Entry<String, Set<String>> service : services.entrySet()) {
            assertThat(types(metadata(artifacts.get(service.getKey())))).containsAll(service.getValue());
        }
    }

    /** A new use of reflection needs an entry in the metadata, or a reason in {@link #USES}. */
    @Test
    void eachUseOfReflectionIsKnown() throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path file : sources("src/main/java", ".java")) {
            String module = module(file);
            boolean published = !Set.of("examples", "benchmarks", "testkit").contains(module);
            if (published && REFLECTION.matcher(Files.readString(file)).find()) {
                found.add(file.getParent().getFileName() + "/" + file.getFileName());
            }
        }

        assertThat(found).isEqualTo(new TreeSet<>(USES.keySet()));
    }

    @Test
    void thePageUsesTheSameFormat() {
        List<String> blocks = DocumentPage.of("docs/native-image.md").blocks("json");

        assertThat(blocks).hasSize(2);
        for (String block : blocks) {
            for (Object entry : (List<?>) ((Map<?, ?>) Json.parse(block)).get("reflection")) {
                assertThat(KEYS).containsAll(names((Map<?, ?>) entry));
            }
        }
    }

    private static Set<String> types(Map<?, ?> metadata) {
        return ((List<?>) metadata.get("reflection"))
                .stream()
                        .map(entry -> String.valueOf(((Map<?, ?>) entry).get("type")))
                        .collect(Collectors.toSet());
    }

    private static Set<String> names(Map<?, ?> object) {
        return object.keySet().stream().map(String::valueOf).collect(Collectors.toSet());
    }

    private static Class<?> load(String name) throws ClassNotFoundException {
        return Class.forName(name, false, NativeImageMetadataTest.class.getClassLoader());
    }

    private static Map<?, ?> metadata(String artifact) throws IOException {
        String name = "META-INF/native-image/dev.postern/" + artifact + "/reachability-metadata.json";
        List<URL> found =
                Collections.list(NativeImageMetadataTest.class.getClassLoader().getResources(name));
        assertThat(found).as(name).hasSize(1);
        try (var in = found.get(0).openStream()) {
            return (Map<?, ?>) Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** The files below this folder of each module's main code with this ending. */
    private static List<Path> sources(String folder, String ending) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (ModulePom pom : ModulePom.all()) {
            Path main = ROOT.resolve(pom.folder()).resolve("src/main");
            if (Files.isDirectory(main)) {
                try (Stream<Path> files = Files.walk(main)) {
                    files.filter(file -> file.toString().contains("/" + folder + "/"))
                            .filter(file -> file.toString().endsWith(ending) && Files.isRegularFile(file))
                            .forEach(sources::add);
                }
            }
        }
        return sources;
    }

    /** The folder of the module that the file belongs to. */
    private static String module(Path file) {
        String path = ROOT.relativize(file).toString();
        return path.substring(0, path.indexOf("/src/"));
    }
}
