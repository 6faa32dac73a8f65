#include "textflag.h"

// func frameReturn(hops int) uintptr
TEXT ·frameReturn(SB),NOSPLIT|NOFRAME,$0-16
	MOVQ hops+0(FP), CX
	MOVQ BP, AX
loop:
	TESTQ CX, CX
	JZ    done
	MOVQ  (AX), AX
	DECQ  CX
	JMP   loop
done:
	MOVQ 8(AX), AX
	MOVQ AX, ret+8(FP)
	RET
