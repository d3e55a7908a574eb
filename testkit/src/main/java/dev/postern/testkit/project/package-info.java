/**
 * The tests that the modules of Postern share, and the tools of these tests. The module does not export this package: it can
 * change with each release, and it needs the folders of this project.
 */
package dev.postern.testkit.project;
