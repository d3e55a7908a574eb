package dev.postern.openai;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The dependencies that the provider may have. */
class ArchitectureTest {
    private static final JavaClasses PROVIDER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.postern.openai");

    @Test
    void usesOnlyTheJdkAndExportedPackagesOfCore() {
        classes()
                .that(resideInAPackage("dev.postern.openai"))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "dev.postern",
                        "dev.postern.http",
                        "dev.postern.json",
                        "dev.postern.spi",
                        "dev.postern.openai",
                        "java..",
                        "org.jspecify.annotations"))
                .check(PROVIDER);
    }

    @Test
    void writersAndReadersDoNotUseTheTransport() {
        noClasses()
                .that()
                .haveSimpleNameEndingWith("Writer")
                .or()
                .haveSimpleName("ToolCallAssembler")
                .or()
                .haveSimpleName("DeltaReader")
                .or()
                .haveSimpleName("UsageReader")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.postern.http"))
                .check(PROVIDER);
    }

    @Test
    void everyClassIsFinal() {
        classes()
                .that()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(PROVIDER);
    }
}
