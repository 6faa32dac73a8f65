//go:build !purego

#include "textflag.h"

// Four blocks of 128 elements are summed side by side, a register of four float64 lanes each: one block's additions
// depend on each other, and four chains hide that. Each lane does exactly what the same lane of sumLanes does, in the
// same order, so the results have the same bits.

// func sumBlocks32(dst *float64, a *float32, groups int)
TEXT ·sumBlocks32(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ groups+16(FP), CX

group32:
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3
	MOVQ   $16, BX

eight32:
	VCVTPS2PD (SI), Y4
	VCVTPS2PD 16(SI), Y5
	VCVTPS2PD 512(SI), Y6
	VCVTPS2PD 528(SI), Y7
	VCVTPS2PD 1024(SI), Y8
	VCVTPS2PD 1040(SI), Y9
	VCVTPS2PD 1536(SI), Y10
	VCVTPS2PD 1552(SI), Y11
	VADDPD    Y5, Y4, Y4
	VADDPD    Y7, Y6, Y6
	VADDPD    Y9, Y8, Y8
	VADDPD    Y11, Y10, Y10
	VADDPD    Y4, Y0, Y0
	VADDPD    Y6, Y1, Y1
	VADDPD    Y8, Y2, Y2
	VADDPD    Y10, Y3, Y3
	ADDQ      $32, SI
	DECQ      BX
	JNZ       eight32

	// (lane 0 + lane 1) + (lane 2 + lane 3) of each block
	VEXTRACTF128 $1, Y0, X4
	VEXTRACTF128 $1, Y1, X5
	VEXTRACTF128 $1, Y2, X6
	VEXTRACTF128 $1, Y3, X7
	VHADDPD      X4, X0, X0
	VHADDPD      X5, X1, X1
	VHADDPD      X6, X2, X2
	VHADDPD      X7, X3, X3
	VHADDPD      X1, X0, X0
	VHADDPD      X3, X2, X2
	VMOVUPD      X0, (DI)
	VMOVUPD      X2, 16(DI)
	ADDQ         $32, DI
	ADDQ         $1536, SI
	DECQ         CX
	JNZ          group32
	VZEROUPPER
	RET

// func sumBlocks64(dst *float64, a *float64, groups int)
TEXT ·sumBlocks64(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ groups+16(FP), CX

group64:
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3
	MOVQ   $16, BX

eight64:
	VMOVUPD (SI), Y4
	VMOVUPD 1024(SI), Y6
	VMOVUPD 2048(SI), Y8
	VMOVUPD 3072(SI), Y10
	VADDPD  32(SI), Y4, Y4
	VADDPD  1056(SI), Y6, Y6
	VADDPD  2080(SI), Y8, Y8
	VADDPD  3104(SI), Y10, Y10
	VADDPD  Y4, Y0, Y0
	VADDPD  Y6, Y1, Y1
	VADDPD  Y8, Y2, Y2
	VADDPD  Y10, Y3, Y3
	ADDQ    $64, SI
	DECQ    BX
	JNZ     eight64

	VEXTRACTF128 $1, Y0, X4
	VEXTRACTF128 $1, Y1, X5
	VEXTRACTF128 $1, Y2, X6
	VEXTRACTF128 $1, Y3, X7
	VHADDPD      X4, X0, X0
	VHADDPD      X5, X1, X1
	VHADDPD      X6, X2, X2
	VHADDPD      X7, X3, X3
	VHADDPD      X1, X0, X0
	VHADDPD      X3, X2, X2
	VMOVUPD      X0, (DI)
	VMOVUPD      X2, 16(DI)
	ADDQ         $32, DI
	ADDQ         $3072, SI
	DECQ         CX
	JNZ          group64
	VZEROUPPER
	RET

// func cpuid(leaf uint32) (ecx uint32)
TEXT ·cpuid(SB), NOSPLIT, $0-12
	MOVL leaf+0(FP), AX
	XORL CX, CX
	CPUID
	MOVL CX, ecx+8(FP)
	RET

// func xgetbv() (eax uint32)
TEXT ·xgetbv(SB), NOSPLIT, $0-4
	XORL CX, CX
	XGETBV
	MOVL AX, eax+0(FP)
	RET
