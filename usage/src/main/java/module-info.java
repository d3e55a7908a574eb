/** What calls cost: prices, sums, and budgets. */
module dev.postern.usage {
    requires static org.jspecify;
    requires transitive dev.postern.core;

    exports dev.postern.usage;
}
