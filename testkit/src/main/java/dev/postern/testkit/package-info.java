/**
 * What the tests of core and of the providers share: a server that does as a script says, a subscriber that notes every
 * broken rule, golden files, decoding at every split, and the contract that each provider must keep.
 */
package dev.postern.testkit;
