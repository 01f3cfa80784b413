// check-deploy reads files of deploy/ with the code of the tools that will read them, for machines where those tools
// themselves cannot run:
//
//	check-deploy compose FILE        Docker Compose's own loader: syntax, schema, interpolation, references
//	check-deploy dockerfile FILE     BuildKit's parser and its lint rules; a warning is a failure
//	check-deploy kustomize DIR       builds it, and decodes every object strictly into the Kubernetes API's types
//
// It prints what it understood.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: check-deploy compose|dockerfile|kustomize PATH"))
	}
	checks := map[string]func(string) error{
		"compose":    checkCompose,
		"dockerfile": checkDockerfile,
		"kustomize":  checkKustomize,
	}
	check, known := checks[os.Args[1]]
	if !known {
		fail(fmt.Errorf("cannot check %q: compose, dockerfile or kustomize", os.Args[1]))
	}
	if err := check(os.Args[2]); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
