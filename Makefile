# SPDX-License-Identifier: Apache-2.0
# The build is meson's; this is the door. `make demo` and `make check` install what they need first.
MESON_ARGS =

all: build/build.ninja
	ninja -C build

build/build.ninja:
	meson setup build $(MESON_ARGS)

demo:
	tools/setup.sh
	tools/demo.sh

check:
	tools/setup.sh --check
	tools/check.sh $(MESON_ARGS)

install: all
	meson install -C build --no-rebuild

clean:
	rm -rf build

.PHONY: all demo check install clean
