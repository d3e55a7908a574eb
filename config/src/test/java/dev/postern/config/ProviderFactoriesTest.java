package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.agent.AgentSpecStoreFactory;
import dev.postern.gateway.Gateway;
import dev.postern.spi.ProviderContext;
import dev.postern.spi.ProviderFactory;
import dev.postern.spi.Settings;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How factories are found by a class loader that has service files. */
class ProviderFactoriesTest {
    @TempDir
    Path jar;

    @BeforeEach
    void clear() {
        RecordingFactory.MADE.clear();
    }

    /** Has the same type as the other factory. */
    public static final class Rival implements ProviderFactory {
        @Override
        public String type() {
            return "recording";
        }

        @Override
        public LlmProvider create(String name, Settings settings, ProviderContext context) {
            return new RecordingFactory().create(name, settings, context);
        }
    }

    /** Has no public constructor. */
    public static final class Hidden implements ProviderFactory {
        private Hidden() {}

        @Override
        public String type() {
            return "hidden";
        }

        @Override
        public LlmProvider create(String name, Settings settings, ProviderContext context) {
            throw new LinkageError();
        }
    }

    /** Fails in the way that its configuration names. */
    public static final class Failing implements ProviderFactory {
        @Override
        public String type() {
            return "failing";
        }

        @Override
        public LlmProvider create(String name, Settings settings, ProviderContext context) {
            return switch (settings.text("how", "null")) {
                case "kind" -> throw new LlmException(LlmException.Kind.SERVER, "no answer from sk-secret-0123456789");
                case "linkage" -> throw new NoClassDefFoundError("com/example/Gone");
                default -> null;
            };
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            null    | backend: the factory dev.postern.config.ProviderFactoriesTest$Failing failed with null
            linkage | backend: the factory dev.postern.config.ProviderFactoriesTest$Failing failed with java.lang.NoClassDefFoundError
            kind    | config: no answer from …
            """)
    void aFailureOfAFactoryIsAConfigurationError(String how, String message) {
        String text =
                "{providers: {llm: {backend: dev.postern.config.ProviderFactoriesTest$$Failing, config: {how: %s, key: %s}}}}"
                        .formatted(how, "sk-secret-0123456789");

        assertThatThrownBy(() -> GatewayLoader.create().parse(text, "g.yaml"))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.CONFIGURATION))
                .hasMessage("g.yaml:1: providers.llm." + message)
                .hasNoCause();
    }

    @Test
    void aFactoryWithoutPublicConstructorIsRefused() {
        assertThatThrownBy(() -> load("dev.postern.config.ProviderFactoriesTest$$Hidden"))
                .hasMessageEndingWith(
                        "backend: the factory cannot be created (NoSuchMethodException); it needs a public class"
                                + " with a public constructor without parameters");
    }

    private Gateway load(String type, String... offers) throws IOException {
        Path services = Files.createDirectories(jar.resolve("META-INF/services"));
        Files.writeString(services.resolve(ProviderFactory.class.getName()), String.join("\n", offers));
        URL[] urls = {jar.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader())) {
            return GatewayLoader.create()
                    .environment(Map.of())
                    .classLoader(loader)
                    .parse("{\"providers\": {\"llm\": {\"backend\": \"" + type + "\"}}}")
                    .gateway();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"recording", "taped", "dev.postern.config.RecordingFactory"})
    void factoriesAreFoundByTypeAliasAndClass(String type) throws IOException {
        try (Gateway gateway = load(type, RecordingFactory.class.getName())) {
            assertThat(gateway.completions(CompletionRequest.of("hi")).content())
                    .isEqualTo("default says none");
        }
    }

    @Test
    void aFactoryWithoutServiceFileIsFoundByItsClass() throws IOException {
        load(RecordingFactory.class.getName()).close();

        assertThat(RecordingFactory.MADE).hasSize(1);
    }

    @Test
    void aClassThatIsNotAFactoryIsNotInstantiated() {
        assertThatThrownBy(() -> load("java.lang.String"))
                .hasMessageContaining("no factory on the class path offers this type");
    }

    @Test
    void aTypeOfTwoFactoriesNeedsTheClassName() throws IOException {
        String[] both = {RecordingFactory.class.getName(), Rival.class.getName()};

        assertThatThrownBy(() -> load("recording", both))
                .hasMessageEndingWith("providers.llm.backend: is offered by " + both[0] + " and by " + both[1]
                        + "; use the class name of one of them");
        load(both[1].replace("$", "$$"), both).close(); // a single dollar would begin a variable
        load("noop", both).close();
    }

    private URLClassLoader offering(String folder, String... offers) throws IOException {
        Path services = Files.createDirectories(jar.resolve(folder).resolve("META-INF/services"));
        Files.writeString(services.resolve(ProviderFactory.class.getName()), String.join("\n", offers));
        URL[] urls = {jar.resolve(folder).toUri().toURL()};
        return new URLClassLoader(urls, getClass().getClassLoader());
    }

    private static Settings backend(String type) {
        ConfigText file = ConfigText.of("g.yaml", "{backend: " + type + "}");
        return SettingsReader.of(file, DocumentReader.read(file), "llm", new Variables(Map.of()));
    }

    @Test
    void allClassLoadersAreSearchedAndEachFactoryCountsOnce() throws IOException {
        String recording = RecordingFactory.class.getName();
        try (URLClassLoader first = offering("first", recording);
                URLClassLoader second = offering("second", recording, Failing.class.getName())) {
            ProviderFactories factories = ProviderFactories.in(List.of(first, second));

            assertThat(factories.of(backend("recording"))).isInstanceOf(RecordingFactory.class);
            assertThat(factories.of(backend("failing"))).isInstanceOf(Failing.class);
        }
    }

    @Test
    void withoutAChosenClassLoaderThatOfTheThreadComesFirstThenThatOfThisModule() {
        ClassLoader own = ProviderFactories.class.getClassLoader();
        ClassLoader platform = ClassLoader.getPlatformClassLoader();

        withContext(platform, () -> {
            assertThat(ProviderFactories.classLoaders(null)).containsExactly(platform, own);
            assertThat(ProviderFactories.classLoaders(platform)).containsExactly(platform);
        });
        withContext(null, () -> assertThat(ProviderFactories.classLoaders(null)).containsExactly(own));
        withContext(own, () -> assertThat(ProviderFactories.classLoaders(null)).containsExactly(own));
    }

    @Test
    void aFactoryIsFoundOnAThreadWhoseClassLoaderDoesNotSeeIt() {
        withContext(ClassLoader.getPlatformClassLoader(), () -> {
            String name = RecordingFactory.class.getName();
            assertThat(ProviderFactories.find(null).of(backend(name))).isInstanceOf(RecordingFactory.class);
        });
    }

    private static void withContext(ClassLoader context, Runnable test) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(context);
        try {
            test.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void aServiceFileThatNamesAMissingClassIsAnError() {
        assertThatThrownBy(() -> load("noop", "com.example.Gone"))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.CONFIGURATION))
                .hasMessageContaining("com.example.Gone")
                .hasMessageStartingWith("A ProviderFactory on the class path cannot be loaded:"
                        + " java.util.ServiceConfigurationError: dev.postern.spi.ProviderFactory: ");
    }

    /** A class loader with a service file for a class whose superclass is missing. */
    private URLClassLoader withoutSuperclass(Class<?> service) throws IOException {
        Path services = Files.createDirectories(jar.resolve("META-INF/services"));
        Files.writeString(services.resolve(service.getName()), "com.example.Broken");
        return new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                if (name.equals("com.example.Broken")) {
                    throw new NoClassDefFoundError("com/example/Missing");
                }
                return super.findClass(name);
            }
        };
    }

    @Test
    void aFactoryWhoseSuperclassIsMissingIsAConfigurationError() throws IOException {
        try (URLClassLoader loader = withoutSuperclass(ProviderFactory.class)) {
            GatewayLoader gateways = GatewayLoader.create().classLoader(loader);

            assertThatThrownBy(() -> gateways.parse("providers: {llm: {backend: noop}}"))
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.CONFIGURATION))
                    .hasMessage("A ProviderFactory on the class path cannot be loaded: java.lang.NoClassDefFoundError:"
                            + " com/example/Missing");
        }
    }

    @Test
    void theErrorOfAStoreFactoryWhoseSuperclassIsMissingNamesTheClass() throws IOException {
        String text = "providers: {llm: {backend: noop}}\nagents: {store: {url: 'other:x'}}";
        try (URLClassLoader loader = withoutSuperclass(AgentSpecStoreFactory.class)) {
            GatewayLoader gateways = GatewayLoader.create().classLoader(loader);

            assertThatThrownBy(() -> gateways.parse(text))
                    .isInstanceOf(LlmException.class)
                    .hasMessageEndingWith("agents.store.url: an AgentSpecStoreFactory cannot be loaded:"
                            + " java.lang.NoClassDefFoundError: com/example/Missing");
        }
    }

    @Test
    void theErrorOfAnUnknownTypeListsTheKnownOnes() {
        assertThatThrownBy(() -> load("recordin", RecordingFactory.class.getName()))
                .hasMessageEndingWith("Did you mean 'recording'? Known are gateway, noop, recording.");
    }
}
