package dev.postern.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The class path of a subject: this module's classes, the library of the subject, and its dependencies. */
final class ClassPath {
    private final List<Path> jars = new ArrayList<>();
    private final Path classes;

    private ClassPath(Path classes) {
        this.classes = classes;
    }

    static ClassPath of(Path root, String subject) {
        Path target = root.resolve("benchmarks/target");
        ClassPath path = new ClassPath(target.resolve("classes"));
        switch (subject) {
            case "postern", "postern-plain", "postern-loop", "postern-listener" -> path.provider(root, "openai");
            case "postern-reactor" -> {
                path.provider(root, "openai");
                path.add(closure(target, subject), "");
            }
            case "langchain4j-postern" -> path.integration(root, "langchain4j", closure(target, subject));
            case "spring-ai-postern" -> path.integration(root, "spring-ai", closure(target, subject));
            case "postern-bedrock" -> path.provider(root, "bedrock");
            case "parser", "parser-bedrock" -> path.add(target.resolve("lib"), "jackson-core-");
            case "openai-java", "langchain4j", "spring-ai", "aws-netty", "aws-crt" ->
                path.add(closure(target, subject), "");
            default -> {} // the floor
        }
        if (path.jars.isEmpty() && !subject.startsWith("floor")) {
            throw new IllegalStateException("no jars of " + subject + "; use benchmarks/run, which builds them");
        }
        return path;
    }

    /** What {@code src/closures} describes, resolved. */
    private static Path closure(Path target, String subject) {
        return target.resolve("closures").resolve(subject).resolve("lib");
    }

    /** The provider's jar and its dependencies: the core and jackson-core. */
    private void provider(Path root, String name) {
        ours(root, name);
        add(root.resolve("benchmarks/target/lib"), "jackson-core-");
    }

    private void ours(Path root, String provider) {
        add(root.resolve("provider-" + provider + "/target"), "postern-provider-");
        add(root.resolve("core/target"), "postern-core-");
    }

    /** The model of another library over the provider. The closure has jackson-core, because that library may need one as well. */
    private void integration(Path root, String name, Path closure) {
        add(root.resolve("integrations/" + name + "/target"), "postern-" + name + "-");
        ours(root, "openai");
        add(closure, "");
    }

    private void add(Path directory, String prefix) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(file -> file.getFileName().toString().startsWith(prefix))
                    .filter(file -> !file.toString().endsWith("-sources.jar"))
                    .filter(file -> !file.toString().endsWith("-javadoc.jar"))
                    .filter(file -> !file.toString().endsWith("-tests.jar"))
                    .sorted()
                    .forEach(jars::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int count() {
        return jars.size();
    }

    double megabytes() {
        return jars.stream().mapToLong(jar -> jar.toFile().length()).sum() / 1e6;
    }

    @Override
    public String toString() {
        StringBuilder path = new StringBuilder(classes.toString());
        jars.forEach(jar -> path.append(File.pathSeparator).append(jar));
        return path.toString();
    }
}
