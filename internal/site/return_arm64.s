#include "textflag.h"

// func frameReturn(hops int) uintptr
TEXT ·frameReturn(SB),NOSPLIT|NOFRAME,$0-16
	MOVD hops+0(FP), R1
	MOVD R29, R0
loop:
	CBZ  R1, done
	MOVD (R0), R0
	SUB  $1, R1
	B    loop
done:
	MOVD 8(R0), R0
	MOVD R0, ret+8(FP)
	RET
