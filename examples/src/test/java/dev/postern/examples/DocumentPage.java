package dev.postern.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One Markdown page of the repository. */
record DocumentPage(Path file, String text) {
    private static final Path ROOT = Path.of("..");

    /** The pages whose snippets are checked: those of the root, the READMEs of the modules, and docs/. */
    static List<DocumentPage> all() {
        List<DocumentPage> pages = new ArrayList<>();
        for (String name : List.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "ARCHITECTURE.md")) {
            pages.add(of(name));
        }
        pages.addAll(moduleReadmes());
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(file -> pages.add(read(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pages;
    }

    /** The READMEs of the modules in the POM. Each module has one. */
    static List<DocumentPage> moduleReadmes() {
        return of("pom.xml").matches("(?m)^    <module>([\\w/-]+)</module>").stream()
                .map(module -> ROOT.resolve(module).resolve("README.md"))
                .map(DocumentPage::read)
                .toList();
    }

    /** The page at this path below the root of the repository. */
    static DocumentPage of(String name) {
        return read(ROOT.resolve(name));
    }

    private static DocumentPage read(Path file) {
        try {
            return new DocumentPage(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The contents of the code blocks in this language. */
    List<String> blocks(String language) {
        return matches("(?ms)^ *```" + language + "\n(.*?)^ *```$");
    }

    /** The first group of each match. */
    List<String> matches(String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** The cells of the table row with this text in a section; empty if there is no such row. */
    Optional<List<String>> row(String section, String cell) {
        Matcher found = Pattern.compile("(?ms)^#+ " + section + "$.*?^(\\|[^\\n]*" + Pattern.quote(cell) + "[^\\n]*)$")
                .matcher(text);
        return found.find()
                ? Optional.of(Arrays.stream(found.group(1).substring(1).split("\\|"))
                        .map(String::trim)
                        .toList())
                : Optional.empty();
    }

    /** The anchors of all headings, as Git hosts make them. */
    List<String> anchors() {
        return matches("(?m)^#+ (.*)$").stream()
                .map(heading -> heading.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    @Override
    public String toString() {
        return ROOT.relativize(file).toString();
    }
}
