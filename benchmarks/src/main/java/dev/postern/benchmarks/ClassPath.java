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
                path.add(target.resolve("closures").resolve(subject).resolve("lib"), "");
            }
            case "postern-bedrock" -> path.provider(root, "bedrock");
            case "parser", "parser-bedrock" -> path.add(target.resolve("lib"), "jackson-core-");
            case "openai-java", "langchain4j", "spring-ai", "aws-netty", "aws-crt" ->
                path.add(target.resolve("closures").resolve(subject).resolve("lib"), "");
            default -> {} // the floor
        }
        if (path.jars.isEmpty() && !subject.startsWith("floor")) {
            throw new IllegalStateException("no jars of " + subject + "; use benchmarks/run, which builds them");
        }
        return path;
    }

    /** The provider's jar and its dependencies: the core and jackson-core. */
    private void provider(Path root, String name) {
        add(root.resolve("provider-" + name + "/target"), "postern-provider-");
        add(root.resolve("core/target"), "postern-core-");
        add(root.resolve("benchmarks/target/lib"), "jackson-core-");
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
